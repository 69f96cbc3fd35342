import type { Problem } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";
import { fieldError } from "$lib/text/campaigns/field-errors.ts";
import type { Fault, FaultCode } from "./faults.ts";

const texts: Record<FaultCode, () => string> = {
  percent: m.invalid_percent,
  too_many_waves: m.issue_too_many_waves,
  interval: m.invalid_interval,
  minutes: m.invalid_minutes,
  start: m.invalid_start,
  start_too_far: m.issue_start_too_far,
  window: m.invalid_value,
};

/** The sentence for a field: what the form sees by itself, else what the API refused. */
export function faultText(faults: readonly Fault[], problem: Problem | null, path: string): string | undefined {
  const fault = faults.find((candidate) => candidate.path === path);
  return fault ? texts[fault.code]() : fieldError(problem, path);
}
