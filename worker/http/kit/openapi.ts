import { createRoute, OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import { problem } from "#http/kit/common.schema.ts";
import type { AppEnv } from "./context.ts";
import { ProblemError } from "./errors.ts";
import { idempotent } from "./idempotency.ts";

/** An app whose validation failures are problem+json with one entry per field. */
export function newApp() {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      throw new ProblemError({
        code: "invalid_request",
        detail: "Some fields are missing or not valid; see errors.",
        errors: result.error.issues.map((issue) => ({
          path: issue.path.map(String).join(".") || result.target,
          message: issue.message,
        })),
      });
    },
  });
}
export type App = ReturnType<typeof newApp>;

export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { "application/json": { schema } },
});
export const body = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { "application/json": { schema } },
});
export const idParam = z.object({ id: z.string().max(64) });

export const problemAnswer = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: problem } },
});

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header" as const,
  required: false,
  description: "The same key with the same request within 24 hours gets the first answer again.",
  schema: { type: "string" as const, maxLength: 200 },
};

/** A route that needs credentials: adds the security scheme and the failures that any such route may answer. */
export function route<const R extends RouteConfig>(config: R) {
  return createRoute({
    ...config,
    security: [{ apiKey: [] }],
    ...([config.middleware].flat().includes(idempotent) ? { parameters: [idempotencyKey] } : {}),
    responses: {
      ...config.responses,
      400: problemAnswer("The request is not valid"),
      401: problemAnswer("No or wrong credentials"),
      403: problemAnswer("The key or person lacks the scope"),
      404: problemAnswer("No such thing in this tenant"),
      409: problemAnswer("In conflict with the present state"),
      422: problemAnswer("Understood, but not possible"),
      429: problemAnswer("Too many requests; see Retry-After"),
    } as R["responses"],
  });
}
