/**
 * How fast a line may send. Meta allows a number a fixed count of messages a second (80 by default, inbound included)
 * and answers 130429 above it; we stay below by design rather than by being told off.
 */

/** Meta counts a second; we count a little longer one, because calls do not arrive as evenly as they leave. */
export const WINDOW_MS = 1000;
/** Share of Meta's rate that we use: the rest is room for inbound messages and for uneven arrival. */
export const RATE_SHARE = 0.97;
/** After a stall a line may catch up, but no faster than this multiple of its even pace. */
const CATCH_UP = 1.6;

/** How many of our messages a line may send in any window of one second. */
export const perWindow = (ratePerSecond: number): number => Math.max(1, Math.floor(ratePerSecond * RATE_SHARE));

/**
 * Gives out departure times on one line: never more than `perWindow` within any second, evenly spread, none before
 * `now` and none after `latest`.
 *
 * @param given departure times already given out, ascending; only the newest `perWindow` matter
 * @returns the new times, ascending; fewer than `count` when the rest would leave after `latest`
 */
export function takeSlots(
  given: readonly number[],
  count: number,
  ratePerSecond: number,
  now: number,
  latest: number,
): number[] {
  const size = perWindow(ratePerSecond);
  const gap = WINDOW_MS / size / CATCH_UP;
  const recent = given.slice(-size);
  const slots: number[] = [];
  for (let i = 0; i < count; i++) {
    const last = recent.at(-1);
    const oldest = recent.length >= size ? recent[recent.length - size] : undefined;
    const at = Math.max(now, last === undefined ? now : last + gap, oldest === undefined ? now : oldest + WINDOW_MS);
    if (at > latest) break;
    slots.push(at);
    recent.push(at);
  }
  return slots;
}

/**
 * Divides a capacity between askers so that nobody gets more than asked and nobody could get more without taking from
 * one who has less (max-min fairness). Whole numbers; what does not divide goes to the first.
 */
export function shareFairly(capacity: number, wanted: readonly number[]): number[] {
  const shares = wanted.map(() => 0);
  let left = Math.max(0, Math.floor(capacity));
  let open = wanted.map((_, i) => i).filter((i) => (wanted[i] ?? 0) > 0);
  while (left > 0 && open.length > 0) {
    const each = Math.max(1, Math.floor(left / open.length));
    for (const i of open) {
      const more = Math.min(each, (wanted[i] ?? 0) - (shares[i] ?? 0), left);
      shares[i] = (shares[i] ?? 0) + more;
      left -= more;
    }
    open = open.filter((i) => (shares[i] ?? 0) < (wanted[i] ?? 0));
  }
  return shares;
}

/** A line's own rate after Meta said "too fast" (130429): halved each time, but never below this share of its rate. */
const SLOWEST_SHARE = 1 / 16;
/** Then it grows back by a tenth of the full rate in each such period. */
const RECOVERY_STEP_MS = 5_000;

export interface Slowdown {
  /** Share of the line's rate that it may use, 0…1, when `since` began. */
  share: number;
  since: number;
}

export function slowDown(before: Slowdown | null, now: number): Slowdown {
  return { share: Math.max(SLOWEST_SHARE, allowedShare(before, now) / 2), since: now };
}

export function allowedShare(slowdown: Slowdown | null, now: number): number {
  if (!slowdown) return 1;
  return Math.min(1, slowdown.share + 0.1 * Math.floor(Math.max(0, now - slowdown.since) / RECOVERY_STEP_MS));
}
