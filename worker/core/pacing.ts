/**
 * How fast a line may send. Meta allows a number a fixed count of messages a second (80 by default, inbound included)
 * and answers 130429 above it; we stay below by design rather than by being told off.
 */

/** Meta counts a second; we count a little longer one, because calls do not arrive as evenly as they leave. */
export const WINDOW_MS = 1000;
/** Share of Meta's rate that we use: the rest is room for inbound messages and for uneven arrival. */
export const RATE_SHARE = 0.98;
/**
 * After a stall a line may catch up, but no faster than this multiple of its even pace. It takes more than two for a
 * free place between neighbours that are planned evenly.
 */
const CATCH_UP = 4;

/** How many of our messages a line may send in any window of one second. */
export const perWindow = (ratePerSecond: number): number => Math.max(1, Math.floor(ratePerSecond * RATE_SHARE));

/** How far apart a line's departures are planned, ms. */
export const planGapMs = (ratePerSecond: number): number => WINDOW_MS / perWindow(ratePerSecond) / CATCH_UP;

/**
 * The first departure time that a line has free: with it, no window of a second holds more than `perWindow` departures
 * and it is no nearer than `gapMs` to its neighbours. Fills gaps between times given out before.
 *
 * @param booked the line's departures, ascending, at least those of the last second
 * @returns null when there is none up to `latest`
 */
export function earliestSlot(
  booked: readonly number[],
  ratePerSecond: number,
  gapMs: number,
  from: number,
  latest: number,
): number | null {
  const size = perWindow(ratePerSecond);
  let at = from;
  while (at <= latest) {
    const clash = firstFreeAfterClash(booked, at, size, gapMs);
    if (clash === null) return at;
    at = clash;
  }
  return null;
}

/** When a departure at `at` is not allowed, the next time to look at; it is always later. */
function firstFreeAfterClash(booked: readonly number[], at: number, size: number, gap: number): number | null {
  const next = indexAfter(booked, at);
  const before = booked[next - 1];
  if (before !== undefined && at < before + gap) return before + gap;
  const after = booked[next];
  if (after !== undefined && after < at + gap) return after + gap;
  // A window that begins at an earlier departure and would hold this one too; the last such one ends last.
  for (let first = next - 1; first >= Math.max(0, next - size); first--) {
    const last = first + size === next ? at : booked[first + size - 1];
    const begins = booked[first];
    if (begins !== undefined && last !== undefined && last < begins + WINDOW_MS) return begins + WINDOW_MS;
  }
  const lastOfOwnWindow = booked[next + size - 1];
  if (after !== undefined && lastOfOwnWindow !== undefined && lastOfOwnWindow < at + WINDOW_MS) return after + gap;
  return null;
}

/** How many are at `at` or before it. */
function indexAfter(ascending: readonly number[], at: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds a departure in its place. */
export function book(booked: number[], at: number): void {
  booked.splice(indexAfter(booked, at), 0, at);
}

/** Takes back a departure that was not used; nothing happens when it is not (or no longer) known. */
export function unbook(booked: number[], at: number): void {
  const index = indexAfter(booked, at) - 1;
  if (booked[index] === at) booked.splice(index, 1);
}

/** The first time from `from` on that is at least `spacingMs` away from all of `taken`. */
export function earliestApart(taken: readonly number[], spacingMs: number, from: number): number {
  let at = from;
  for (;;) {
    const near = taken.filter((other) => at < other + spacingMs && other < at + spacingMs);
    if (near.length === 0) return at;
    at = Math.max(...near) + spacingMs;
  }
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

/** A line that Meta calls too fast (130429) never goes below this share of its rate. */
const SLOWEST_SHARE = 1 / 16;
/** What each refused call takes off the rate, in calls a second: a little more than itself. */
const STEP_BACK = 1.5;
/** How much of the full rate grows back each second. */
const RECOVERY_PER_SECOND = 0.02;

export interface Slowdown {
  /** Share of the line's rate that it may use, 0…1, when `since` began. */
  share: number;
  since: number;
}

/**
 * What refusals for speed make of a line's rate. As many calls a second as were refused were too many: one that bunched
 * up with others on its way costs the line next to nothing, and a limit that is lower than we were told is found within
 * a second or two.
 */
export function slowDown(before: Slowdown | null, refused: number, ratePerSecond: number, now: number): Slowdown {
  const tooFast = (STEP_BACK * refused) / perWindow(ratePerSecond);
  return { share: Math.max(SLOWEST_SHARE, allowedShare(before, now) - tooFast), since: now };
}

/** The share of its rate that a line may use, 0…1. */
export function allowedShare(slowdown: Slowdown | null, now: number): number {
  if (!slowdown) return 1;
  return Math.min(1, slowdown.share + (RECOVERY_PER_SECOND * Math.max(0, now - slowdown.since)) / 1_000);
}
