/**
 * The moments of the calls accepted in the last second, one per number. Full means that one more would make more than
 * `limit` in some 1000 ms.
 */
const WINDOW_MS = 1000;

export class RateWindow {
  private readonly moments: number[] = [];

  isFull(nowMs: number, limit: number): boolean {
    while ((this.moments[0] ?? nowMs) <= nowMs - WINDOW_MS) this.moments.shift();
    return this.moments.length >= limit;
  }

  add(nowMs: number): void {
    this.moments.push(nowMs);
  }
}
