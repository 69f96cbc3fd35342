import { z } from "@hono/zod-openapi";
import { tenantPolicy, tenantSettings } from "#http/campaigns/policy.schema.ts";
import { id, name } from "#http/kit/common.schema.ts";

export const tenant = z
  .object({
    id: id("ten"),
    name: z.string(),
    timeZone: z.string().openapi({ example: "America/Sao_Paulo" }),
    locale: z.string().openapi({ example: "pt-BR" }),
    responseProtocol: z.boolean(),
    settings: tenantSettings,
    policy: tenantPolicy,
  })
  .openapi("Tenant");
export const tenantPatch = z
  .object({
    name,
    timeZone: z.string().max(64),
    locale: z.enum(["pt-BR", "en"]),
    responseProtocol: z.boolean(),
    settings: tenantSettings,
  })
  .partial()
  .strict();
export const me = z
  .object({
    kind: z.enum(["apiKey", "user"]),
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.string()),
    tenant,
  })
  .openapi("Me");

const step = (description: string) => z.boolean().openapi({ description });
export const onboarding = z
  .object({
    segment: step("There is a segment."),
    line: step("There is a line."),
    template: step("There is a template that Meta has approved."),
    audience: step("There is an audience in which somebody has opted in."),
    launched: step("A campaign was launched."),
    completed: step("A campaign was completed: nothing is left of the first steps."),
  })
  .openapi("Onboarding");

export type Tenant = z.infer<typeof tenant>;
export type Me = z.infer<typeof me>;
