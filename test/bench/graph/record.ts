/** What was accepted, in order: the truth that a bench's figures are made of. */
export class Acceptances {
  readonly at: number[] = [];
  /** Place of the number in the list of numbers. */
  readonly phone: number[] = [];
  /** Place of the campaign in `campaigns`. */
  readonly campaign: number[] = [];
  readonly campaigns: string[] = [];
  twice = 0;
  readonly #campaignOf = new Map<string, number>();
  readonly #seen = new Set<string>();

  /** @param callback the sender's own ids, which come back on each status: whoever comes again was sent to twice */
  add(atMs: number, phone: number, callback: string): void {
    this.at.push(Math.round(atMs * 10) / 10);
    this.phone.push(phone);
    if (this.#seen.has(callback)) this.twice += 1;
    else this.#seen.add(callback);
    const name = callback.slice(0, callback.indexOf(";"));
    let place = this.#campaignOf.get(name);
    if (place === undefined) {
      place = this.campaigns.push(name) - 1;
      this.#campaignOf.set(name, place);
    }
    this.campaign.push(place);
  }
}
