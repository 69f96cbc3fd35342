import {
  allowedShare,
  LineSlots,
  leasedRate,
  SLOTS_A_RUN,
  type Slowdown,
  shareFairly,
  slotSpacingMs,
  slowDown,
} from "./pacing.ts";

/** Slots are leased at most this far ahead: long enough for a tick that comes late, short enough for a newcomer. */
export const LEASE_AHEAD_MS = 2_500;
/** A slot that begins sooner could not be reached: people are put on the queue and claimed first. */
const SOONEST_MS = 20;
/** Whoever has a share gets no slot to spare, so each must be reached: a queue takes some hundred ms to hand out a message. */
const SOONEST_SHARED_MS = 500;
const NEWCOMER_MS = 1_000;
/** A campaign that has not asked for this long, since it should have, no longer takes a share. */
const ASKER_FORGOTTEN_MS = 5_000;
/** Nobody is told to wait longer than this: shares grow as others end. */
const LONGEST_AGAIN_MS = 12_000;

interface Asker {
  /** Messages it would send as soon as it may. */
  wanted: number;
  at: number;
  /** When it was told to ask again. */
  againAt: number;
  /** Slots that are its due and that it has not been leased yet; parts of one are kept. */
  credit: number;
}

export interface Lease {
  /** When each begins, ascending, ms. */
  slots: number[];
  /** Messages a second that the campaign may expect of the line. */
  share: number;
  /** In how many ms it is due more; asking before brings less. */
  againInMs: number;
}

/** Who may use one line's time: each campaign that asks gets its fair share of the slots, ahead of time. */
export class LineLeases {
  readonly #slots: LineSlots;
  readonly #askers = new Map<string, Asker>();
  #ratePerSecond: number;
  #slowdown: Slowdown | null = null;
  #refusedAt = Number.NEGATIVE_INFINITY;
  #level = 0;
  #levelAt = 0;

  /** @param from the first slot begins then: what was leased before a restart must have passed, ms */
  constructor(from: number, ratePerSecond: number) {
    this.#ratePerSecond = ratePerSecond;
    this.#slots = new LineSlots(from, slotSpacingMs(ratePerSecond));
  }

  /** When the last slot begins that was leased. */
  get leasedUntil(): number {
    return this.#slots.leasedUntil;
  }

  setRate(ratePerSecond: number, now: number): void {
    this.#ratePerSecond = ratePerSecond;
    this.#slots.setSpacing(slotSpacingMs(ratePerSecond, allowedShare(this.#slowdown, now)), now);
  }

  /**
   * So many calls were refused for speed (130429). One now and then has only met others on its way: consumers keep more
   * distance after it by themselves (`RateCap`), and the line is not slowed as well.
   */
  refused(calls: number, now: number): void {
    const isOneNowAndThen = calls === 1 && now >= this.#refusedAt + NOW_AND_THEN_MS;
    this.#refusedAt = now;
    if (isOneNowAndThen) return;
    this.#slowdown = slowDown(this.#slowdown, calls, this.#ratePerSecond, now);
    this.setRate(this.#ratePerSecond, now);
  }

  /**
   * Slots for a campaign that has `wanted` messages waiting for this line: its share of the line among all that asked
   * of late, never more than it wants, and no slot that is another's. Whose share is next to nothing is told to ask
   * again once it is a run: slots one by one would cost a tick, a claim and a settlement each.
   */
  lease(campaignId: string, wanted: number, now: number): Lease {
    this.#recover(now);
    const before = this.#askers.get(campaignId);
    const asker: Asker = { wanted, at: now, againAt: now, credit: before?.credit ?? 0 };
    this.#askers.set(campaignId, asker);
    if (!before || now >= this.#levelAt + LEVEL_MS) this.#setLevel(now);
    const share = Math.min(wanted, this.#level);
    // A newcomer is owed a tick's worth: what it could be owed for the time before, others are owed already.
    const sinceMs = before ? now - before.at : NEWCOMER_MS;
    const most = Math.max(SLOTS_A_RUN, (share * LEASE_AHEAD_MS) / 1_000) + 1;
    asker.credit = Math.min(most, asker.credit + (share * sinceMs) / 1_000);
    const isAlone = this.#askers.size === 1;
    // Sums of parts may end a hair below a whole.
    const due = isAlone ? wanted : Math.min(wanted, Math.floor(asker.credit + 1e-6));
    const slots = this.#slots.lease(due, now + (isAlone ? SOONEST_MS : SOONEST_SHARED_MS), now + LEASE_AHEAD_MS);
    asker.credit = Math.max(0, asker.credit - slots.length);
    const owed = isAlone ? 0 : Math.max(0, Math.min(SLOTS_A_RUN, wanted) - asker.credit);
    asker.againAt = now + Math.min(LONGEST_AGAIN_MS, (1_000 * owed) / Math.max(share, 1e-3));
    return { slots, share: this.#level, againInMs: asker.againAt - now };
  }

  /** What a campaign may have a second, unless it wants less; looked at anew now and then, since all ask all the time. */
  #setLevel(now: number): void {
    for (const [id, { againAt }] of this.#askers) if (againAt < now - ASKER_FORGOTTEN_MS) this.#askers.delete(id);
    const rate = leasedRate(this.#ratePerSecond) * allowedShare(this.#slowdown, now);
    const shares = shareFairly(
      rate,
      [...this.#askers.values()].map(({ wanted }) => wanted),
    );
    // What nobody wants is there for whoever wants more next time.
    const spare = shares.reduce((left, share) => left - share, rate);
    this.#level = Math.max(0, ...shares) + spare;
    this.#levelAt = now;
  }

  /** A campaign that sends no more leaves its share to the others at once. */
  leave(campaignId: string): void {
    if (this.#askers.delete(campaignId)) this.#levelAt = 0;
  }

  /** A slowed line grows faster again; in steps, since each moves its slots. */
  #recover(now: number): void {
    if (this.#slowdown === null || now < this.#slowdown.since + RECOVERY_STEP_MS) return;
    const share = allowedShare(this.#slowdown, now);
    this.#slowdown = share === 1 ? null : { share, since: now };
    this.setRate(this.#ratePerSecond, now);
  }
}
const LEVEL_MS = 250;
const RECOVERY_STEP_MS = 1_000;
const NOW_AND_THEN_MS = 1_500;
