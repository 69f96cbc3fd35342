import { leadFor, NO_STRAIN, spacingFor, strainAfter, usualMs } from "../core/departures.ts";

/** What nobody has measured yet. */
const UNKNOWN_MS = 100;

/**
 * How long the parts of a send take, as one isolate has seen it: how fast it can call, and how early it must ask. An
 * object lives in one place, which may be a thousandth or a third of a second away.
 */
export class Durations {
  #callMs = UNKNOWN_MS;
  #answerMs = UNKNOWN_MS;
  #claimMs = UNKNOWN_MS;
  #strain = NO_STRAIN;

  /** A usual call to Meta, ms. */
  get callMs(): number {
    return this.#callMs;
  }

  /** From a portfolio's decision to its answer here, by both clocks, ms: more than most take. */
  get answerMs(): number {
    return this.#answerMs;
  }

  /** From asking a campaign for a claim to its answer, ms: more than most take. */
  get claimMs(): number {
    return this.#claimMs;
  }

  /** How near to each other departures may lie, ms, when so many calls can be under way. */
  spacingMs(callsAtOnce: number): number {
    return this.#strain.factor * spacingFor(this.#callMs, callsAtOnce);
  }

  /** A call found its time passed, or not. */
  left(late: boolean): void {
    this.#strain = strainAfter(this.#strain, late);
  }

  called(tookMs: number): void {
    this.#callMs = usualMs(this.#callMs, tookMs);
  }

  answered(tookMs: number): void {
    this.#answerMs = leadFor(this.#answerMs, tookMs);
  }

  claimed(tookMs: number): void {
    this.#claimMs = leadFor(this.#claimMs, tookMs);
  }
}
