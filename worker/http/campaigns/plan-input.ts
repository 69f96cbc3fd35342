import type { Pacing } from "#core/campaigns/campaign.ts";
import { planFaults } from "#core/campaigns/plan.ts";
import { problem } from "#http/kit/errors.ts";

/** Refuses a plan that no campaign could follow; all that is wrong with it is listed. @param now ms */
export function checkPlan(plan: { pacing?: Pacing | null | undefined; startAt: number | null }, now: number): void {
  const faults = planFaults({ ...plan, pacing: plan.pacing ?? null }, now);
  const [first] = faults;
  if (!first) return;
  throw problem(first.code, first.message, { errors: faults.map(({ path, message }) => ({ path, message })) });
}
