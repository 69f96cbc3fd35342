import type { Problem } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";

const texts: Record<string, () => string> = {
  name: m.invalid_name,
  startAt: m.invalid_start,
  "pacing.percent": m.invalid_wave_percent,
  "pacing.intervalMinutes": m.invalid_interval,
  "inService.withinMinutes": m.invalid_minutes,
};

/** The sentence for a field that the API refused; undefined when it did not. A field stands for those inside it. */
export function fieldError(problem: Problem | null, path: string): string | undefined {
  const error = problem?.errors?.find((candidate) => candidate.path === path || candidate.path.startsWith(`${path}.`));
  if (!error) return undefined;
  return texts[error.path]?.() ?? (path.startsWith("variables.") ? m.invalid_variable() : m.invalid_value());
}
