import type { Plan, PlannedWebhook } from "./outcomes.ts";
import type { AnswerFault, WebhookFault } from "./scenarios.ts";

/** Time between `sent` and `failed` of a message made to fail, before the time scale. */
const FAILED_AFTER_MS = 1000;
/** How long after the first the second copy of a doubled webhook comes, before the time scale. */
const DOUBLE_AFTER_MS = 700;
/** However fast time goes, late enough to travel in another POST. */
const DOUBLE_AFTER_AT_LEAST_MS = 100;

const failedAt = (errorCode: number, atMs: number): Plan => ({
  outcome: "failed",
  errorCode,
  webhooks: [{ kind: "failed", happenedMs: atMs, dueMs: atMs, errorCode }],
});

/** The plan of a message after one fault: what it tells stays true, only when and how often it comes changes. */
export function bend(plan: Plan, fault: WebhookFault, acceptedMs: number, timeScale: number): Plan {
  const { webhooks } = plan;
  const move = (change: (webhook: PlannedWebhook, at: number) => number): Plan => ({
    ...plan,
    webhooks: webhooks.map((webhook, at) => ({ ...webhook, dueMs: change(webhook, at) })),
  });
  switch (fault.kind) {
    case "async_failed":
      return failedAt(fault.code, Math.round(acceptedMs + FAILED_AFTER_MS * timeScale));
    case "late":
      return move((webhook) => webhook.dueMs + fault.ms);
    case "doubled": {
      const afterMs = Math.round(Math.max(DOUBLE_AFTER_AT_LEAST_MS, DOUBLE_AFTER_MS * timeScale));
      return { ...plan, webhooks: webhooks.flatMap((one) => [one, { ...one, dueMs: one.dueMs + afterMs }]) };
    }
    case "reversed":
      return move((_, at) => webhooks[webhooks.length - 1 - at]?.dueMs ?? acceptedMs);
    case "before_answer":
      return move((webhook, at) => (at === 0 ? acceptedMs : webhook.dueMs));
    case "never":
      return { ...plan, webhooks: [] };
  }
}

/** A held message: everything starts when it is released, or it fails then. */
export function hold(plan: Plan, fault: Extract<AnswerFault, { kind: "held" }>, acceptedMs: number): Plan {
  if (fault.code !== undefined) return failedAt(fault.code, acceptedMs + fault.ms);
  const later = ({ happenedMs, dueMs, ...rest }: PlannedWebhook) => ({
    ...rest,
    happenedMs: happenedMs + fault.ms,
    dueMs: dueMs + fault.ms,
  });
  return { ...plan, webhooks: plan.webhooks.map(later) };
}
