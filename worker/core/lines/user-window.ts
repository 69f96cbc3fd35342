import { DAY_MS, MINUTE_MS } from "#core/shared/time.ts";
/**
 * Counts unique users of the moving 24 hours, by the minute in which each was last messaged. A minute is counted until
 * it has passed whole, so the count is never below Meta's.
 */
export const USER_WINDOW_MS = DAY_MS;

export const minuteOf = (at: number): number => Math.floor(at / MINUTE_MS);
/** A user last messaged at this instant still counts. */
export const inWindow = (at: number, now: number): boolean => minuteOf(at) > minuteOf(now - USER_WINDOW_MS) - 1;

export class UserWindow {
  readonly #byMinute: Map<number, number>;
  #used = 0;
  #changed = new Set<number>();

  constructor(entries: Iterable<[minute: number, users: number]> = []) {
    this.#byMinute = new Map(entries);
    for (const users of this.#byMinute.values()) this.#used += users;
  }

  add(at: number, by: 1 | -1): void {
    const minute = minuteOf(at);
    // A minute that has left the window no longer counts, so there is nothing to take from it.
    if (by === -1 && !this.#byMinute.get(minute)) return;
    this.#byMinute.set(minute, (this.#byMinute.get(minute) ?? 0) + by);
    this.#used += by;
    this.#changed.add(minute);
  }

  used(now: number): number {
    for (const [minute, users] of this.#byMinute) {
      if (inWindow(minute * MINUTE_MS, now)) continue;
      this.#used -= users;
      this.#byMinute.delete(minute);
      this.#changed.add(minute);
    }
    return this.#used;
  }

  /** When the oldest minute leaves the window; null when nobody counts. */
  roomAt(): number | null {
    let oldest: number | null = null;
    for (const [minute, users] of this.#byMinute)
      if (users > 0 && (oldest === null || minute < oldest)) oldest = minute;
    return oldest === null ? null : (oldest + 1) * MINUTE_MS + USER_WINDOW_MS;
  }

  /** Minutes changed since the last call; a null means the minute is over. */
  takeChanges(): [minute: number, users: number | null][] {
    const changes = [...this.#changed].map((minute): [number, number | null] => [
      minute,
      this.#byMinute.get(minute) ?? null,
    ]);
    this.#changed = new Set();
    return changes;
  }
}
