/** How long to wait before the next try: `baseMs` after the first, `factor` times as long after each, up to `maxMs`. */
export interface BackoffRule {
  baseMs: number;
  factor: number;
  maxMs: number;
  /** The share of the wait, 0 to 1, that chance may take off, so that many who fail together do not come back together. */
  jitter: number;
}

/**
 * The wait in whole milliseconds after the `attempt`-th try has failed (1 is the first). Never above `maxMs`, never
 * below `(1 - jitter)` of the full wait, and for the same `random` (0 to 1) never shorter than the wait before it.
 */
export function delayMs(rule: BackoffRule, attempt: number, random: number): number {
  const full = Math.min(rule.maxMs, rule.baseMs * rule.factor ** Math.max(0, attempt - 1));
  return Math.round(full * (1 - rule.jitter * (1 - random)));
}
