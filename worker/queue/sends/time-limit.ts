/** A signal that says when the time is over, and is set aside once nobody asks any more. */
export class TimeLimit {
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;

  constructor(ms: number) {
    this.#timer = setTimeout(() => this.#controller.abort(new DOMException("", "TimeoutError")), ms);
  }

  /** Aborted with a `TimeoutError` when the time is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** At full rate thousands of timers would wait for their end. */
  end(): void {
    clearTimeout(this.#timer);
  }
}
