/**
 * How fast a line may send. Meta allows a number a fixed count of messages a second (80 by default, inbound included)
 * and answers 130429 above it; we stay below by design rather than by being told off.
 *
 * The portfolio divides each line's time into slots, one message each, and leases them to campaigns a few seconds ahead
 * (`LineSlots`). A campaign gives its slots to claims (`LeasedSlots`). The consumer that makes the calls only makes sure
 * that calls which something held up do not leave in one burst (`RateCap`).
 */

/** Share of Meta's rate that is leased: a little less, so that what a stall held up can be caught up with. */
export const RATE_SHARE = 0.99;

/** Messages a second that a line is given. */
export const leasedRate = (ratePerSecond: number): number => Math.max(1, ratePerSecond) * RATE_SHARE;

/** From one slot of a line to the next, ms. @param share of the line's rate that it may use, 0…1 */
export const slotSpacingMs = (ratePerSecond: number, share = 1): number => 1_000 / (leasedRate(ratePerSecond) * share);

/** Slots are leased so many neighbours at a time: a campaign with a small share gets few runs, not scattered slots. */
export const SLOTS_A_RUN = 4;

/** The time of one line, by the portfolio's clock (ms), and which of its slots have been leased. */
export class LineSlots {
  /** A slot begins here, and one each `#spacingMs` before and after. */
  #base: number;
  #spacingMs: number;
  /** When the leased slots begin that have not passed, ascending; some may be from before the distance changed. */
  #leased: number[] = [];
  #lastLeased = Number.NEGATIVE_INFINITY;

  /** @param from the first slot begins then */
  constructor(from: number, spacingMs: number) {
    this.#base = from;
    this.#spacingMs = spacingMs;
  }

  /** When the last slot begins that was ever leased. */
  get leasedUntil(): number {
    return this.#lastLeased;
  }

  /**
   * Leases up to `count` of the free slots from `from` to `to`, in runs of neighbours, which one claim can take; the runs
   * are spread evenly, so that several campaigns send side by side and not one after the other.
   *
   * @returns when each begins, ascending
   */
  lease(count: number, from: number, to: number): number[] {
    const free = this.#free(from, to);
    const taken = Math.min(Math.floor(count), free.length);
    const slots = Array.from({ length: taken }, (_, i) => {
      const inRun = i % SLOTS_A_RUN;
      return free[Math.floor(((i - inRun) * free.length) / taken) + inRun] ?? 0;
    });
    this.#leased = [...this.#leased, ...slots].sort((one, other) => one - other);
    this.#lastLeased = Math.max(this.#lastLeased, slots.at(-1) ?? this.#lastLeased);
    return slots;
  }

  /** Changes the distance of slots from now on; those that were leased stay theirs, and new ones keep clear of them. */
  setSpacing(spacingMs: number, now: number): void {
    if (spacingMs === this.#spacingMs) return;
    // The next slot stays where it is.
    this.#base = Math.max(this.#base, this.#base + Math.ceil((now - this.#base) / this.#spacingMs) * this.#spacingMs);
    this.#spacingMs = spacingMs;
  }

  #free(from: number, to: number): number[] {
    // Instants are sums of parts: a hair is not too near.
    const clear = this.#spacingMs - 1e-3;
    const passed = this.#leased.findIndex((at) => at > from - clear);
    this.#leased = passed < 0 ? [] : this.#leased.slice(passed);
    const free: number[] = [];
    let next = 0;
    for (let slot = Math.max(0, Math.ceil((from - this.#base) / this.#spacingMs)); ; slot++) {
      const at = this.#base + slot * this.#spacingMs;
      if (at >= to) return free;
      while ((this.#leased[next] ?? Number.POSITIVE_INFINITY) <= at - clear) next += 1;
      if ((this.#leased[next] ?? Number.POSITIVE_INFINITY) >= at + clear) free.push(at);
    }
  }
}

/**
 * The slots of one line that a campaign holds, by its own clock (ms). One that has passed can still be used for a while:
 * the consumer's cap makes room for calls that leave late. Then it is lost.
 */
export class LeasedSlots {
  #slots: number[] = [];
  /** Slots before this place have been used or are lost. */
  #next = 0;
  /** The last slot that somebody was told to come back for. */
  #toldOf = Number.NEGATIVE_INFINITY;

  add(slots: readonly number[]): void {
    this.#slots = [...this.#slots.slice(this.#next), ...slots].sort((a, b) => a - b);
    this.#next = 0;
  }

  /** When the next slot begins, or began just now; null when there is none. */
  next(now: number): number | null {
    while ((this.#slots[this.#next] ?? Number.POSITIVE_INFINITY) < now - LATEST_USE_MS) this.#next += 1;
    return this.#slots[this.#next] ?? null;
  }

  /**
   * When somebody who came too soon should come back for a slot: each for one of its own, since all who came for the same
   * one would ask in vain but one. It is nobody's until it is taken. Null when there is none.
   */
  comeBackFor(now: number): number | null {
    if (this.next(now) === null) return null;
    const coming = this.#slots.slice(this.#next);
    this.#toldOf = coming.find((at) => at > this.#toldOf) ?? coming[0] ?? this.#toldOf;
    return this.#toldOf;
  }

  /** Uses the slot that `next` told. */
  take(): void {
    this.#next += 1;
  }

  /** How many slots are to come. */
  left(now: number): number {
    this.next(now);
    let passed = this.#next;
    while ((this.#slots[passed] ?? Number.POSITIVE_INFINITY) < now) passed += 1;
    return this.#slots.length - passed;
  }

  clear(): void {
    this.#slots = [];
    this.#next = 0;
  }
}
const LATEST_USE_MS = 300;

/**
 * What a clock elsewhere shows, told by its answers: the shortest way there and back of late says it best. Nothing
 * depends on the two clocks being set alike.
 */
export class RemoteClock {
  #samples: { at: number; wayMs: number; aheadMs: number }[] = [];

  /** @param decidedAt by the other clock; the rest by ours, ms */
  heard(askedAt: number, decidedAt: number, receivedAt: number): void {
    const sample = { at: receivedAt, wayMs: receivedAt - askedAt, aheadMs: decidedAt - (askedAt + receivedAt) / 2 };
    this.#samples = [...this.#samples.filter(({ at }) => at > receivedAt - CLOCK_MEMORY_MS), sample];
  }

  /** An instant of the other clock by ours, ms. */
  toLocal(remoteAt: number): number {
    const best = this.#samples.reduce((a, b) => (b.wayMs < a.wayMs ? b : a), {
      wayMs: Number.POSITIVE_INFINITY,
      aheadMs: 0,
    });
    return remoteAt - best.aheadMs;
  }
}
const CLOCK_MEMORY_MS = 60_000;

/** A call's leave to go, given by `RateCap`. */
export interface Departure {
  /** When the call may leave, ms; once it has left, by when it surely had. */
  at: number;
}

/**
 * At most a line's rate in any second, whatever held calls up: those that would be one too many wait until the oldest
 * is a second ago, and a margin more. Ways to Meta differ, and how much, only its refusals tell: each widens the margin,
 * each call narrows it. Known to one isolate only; it evens out what was late, the slots keep the rate.
 */
export class RateCap {
  readonly #departures = new Map<string, Departure[]>();
  #marginMs = LEAST_MARGIN_MS;
  #callsSinceWidened = SAME_TIME;

  /**
   * When a call of this line may leave, now or later; it counts as leaving then, until `departed` says when it had. Null
   * when that is after `latest`: calls that are not made must not take the place of others.
   */
  admit(lineId: string, ratePerSecond: number, now: number, latest: number): Departure | null {
    const most = Math.max(1, Math.floor(ratePerSecond));
    const departures = this.#departures.get(lineId) ?? [];
    const oldest = departures.length >= most ? departures[departures.length - most] : undefined;
    const free = oldest ? oldest.at + 1_000 + this.#marginMs : now;
    const last = departures.at(-1);
    // All at once would meet each other on their way, and come back each second at the edge of what is allowed.
    const apart = last ? last.at + 1_000 / (CATCH_UP * most) : now;
    const departure = { at: Math.max(now, apart, free) };
    if (departure.at > latest) return null;
    departures.push(departure);
    if (departures.length > 2 * most) departures.splice(0, departures.length - most);
    this.#departures.set(lineId, departures);
    return departure;
  }

  /** A call had left by now. */
  departed(departure: Departure, now: number): void {
    departure.at = Math.max(departure.at, now);
    this.#marginMs = Math.max(LEAST_MARGIN_MS, this.#marginMs - NARROWS_MS);
    this.#callsSinceWidened += 1;
  }

  /** Meta called one too fast (130429). Where something stalled for once, many are, and that says no more than one. */
  refused(): void {
    if (this.#callsSinceWidened < SAME_TIME) return;
    this.#marginMs = Math.min(MOST_MARGIN_MS, this.#marginMs + WIDENS_MS);
    this.#callsSinceWidened = 0;
  }
}
/**
 * What was held up is caught up with at this many times the line's rate. A call can't leave sooner than a second after
 * the call a rate's worth before, so whatever a stall makes late stays late in each second from then on: quick work
 * after it costs half of what work at twice the rate does.
 */
const CATCH_UP = 8;
/** At `RATE_SHARE` even departures hardly ever meet it. */
const LEAST_MARGIN_MS = 5;
/** A limit that Meta has lowered is not a matter of ways: the portfolio finds that. */
const MOST_MARGIN_MS = 80;
const WIDENS_MS = 12;
/** For each call: with a refusal in six hundred calls the margin stays as it is. */
const NARROWS_MS = 0.02;
/** In calls. */
const SAME_TIME = 50;

/**
 * Divides a rate between askers so that nobody gets more than asked and nobody could get more without taking from one
 * who has less (max-min fairness).
 *
 * @param wanted by each; the answer has the same order
 */
export function shareFairly(rate: number, wanted: readonly number[]): number[] {
  const shares = wanted.map(() => 0);
  let left = rate;
  const ascending = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  for (const [place, i] of ascending.entries()) {
    const share = Math.min(wanted[i] ?? 0, left / (ascending.length - place));
    shares[i] = share;
    left -= share;
  }
  return shares;
}

/** A line that Meta calls too fast (130429) never goes below this share of its rate. */
const SLOWEST_SHARE = 1 / 16;
/** What each refused call takes off the rate, in calls a second: a little more than itself. */
const STEP_BACK = 1.25;
/** How much of the full rate grows back each second while more than `NEAR` of it is missing, and from there on. */
const RECOVERY_PER_SECOND = 0.045;
const SLOW_RECOVERY_PER_SECOND = 0.005;
const NEAR = 0.1;

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
  const tooFast = (STEP_BACK * refused) / Math.max(1, ratePerSecond);
  return { share: Math.max(SLOWEST_SHARE, allowedShare(before, now) - tooFast), since: now };
}

/**
 * The share of its rate that a line may use, 0…1. The last part grows slowly: where calls meet Meta's limit now and then
 * because their ways differ, a quick return would meet it again each second.
 */
export function allowedShare(slowdown: Slowdown | null, now: number): number {
  if (!slowdown) return 1;
  const seconds = Math.max(0, now - slowdown.since) / 1_000;
  const fastFor = Math.min(seconds, Math.max(0, (1 - NEAR - slowdown.share) / RECOVERY_PER_SECOND));
  const grown = RECOVERY_PER_SECOND * fastFor + SLOW_RECOVERY_PER_SECOND * (seconds - fastFor);
  return Math.min(1, slowdown.share + grown);
}
