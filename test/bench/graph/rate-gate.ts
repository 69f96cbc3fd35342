/** Meta's check of a number: at most `limit` accepted in any 1,000 ms. Null lets everything pass. */
export class RateGate {
  #moments: number[] = [];
  #first = 0;

  /** Whether a call of this instant (ms) is accepted, and counted if so. */
  admits(nowMs: number, limit: number | null): boolean {
    if (limit === null) return true;
    while ((this.#moments[this.#first] ?? nowMs) <= nowMs - 1_000) this.#first += 1;
    if (this.#moments.length - this.#first >= limit) return false;
    this.#moments.push(nowMs);
    if (this.#first > 10_000) {
      this.#moments = this.#moments.slice(this.#first);
      this.#first = 0;
    }
    return true;
  }
}
