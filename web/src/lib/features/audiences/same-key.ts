/** The `Idempotency-Key` of a creation: the same while the same is sent again, another for another body. */
export class SameKey {
  #text = "";
  #key = "";

  for(text: string): string {
    if (text !== this.#text || !this.#key) {
      this.#text = text;
      this.#key = crypto.randomUUID();
    }
    return this.#key;
  }
}
