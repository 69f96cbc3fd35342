import { z } from "@hono/zod-openapi";
import { id, instant, list, listQuery } from "#http/kit/common.schema.ts";

export const alert = z
  .object({
    id: id("alr"),
    kind: z.string(),
    severity: z.enum(["info", "warning", "critical"]),
    subject: z.string(),
    message: z.string(),
    facts: z
      .record(z.string(), z.union([z.number(), z.string()]))
      .nullable()
      .openapi({
        description:
          "What was counted or told; instants in milliseconds since 1970. `account_restricted`: `until`, if it has an end. `account_closing`: Meta's `day`. `account_violation`: `violation`. `account_limited`: `restrictions`. `template_paused`, `template_flagged`: Meta's `event` and `reason`. `template_price`: `times` as much, `at` when it is only announced. `number_changed`: `newPhone`, and `takenBy` which contact. `failure_rate`: `sent` (sends that ended), `failed` of them, and of what time: the last `minutes`, answers that never came among the failures, or the campaign so far, before wave number `wave`.",
      }),
    createdAt: instant,
    acknowledgedAt: instant.nullable(),
  })
  .openapi("Alert");
export const alertQuery = listQuery.extend({ status: z.enum(["open", "acknowledged"]).optional() });
export const alertList = list(alert);

export type Alert = z.infer<typeof alert>;
