import type { LeaseAnswer, LineCredentials, LineIncident } from "#contracts/portfolio-rpc.ts";
import { LeasedSlots, RemoteClock } from "#core/lines/pacing.ts";
import { FIRST_PLACE, type Place } from "./storage.ts";
import type { RecipientRecord } from "./tables.ts";

/** Somebody who waits on the send queue. The row says `pending` until a consumer claims it. */
export interface QueuedSend {
  row: RecipientRecord;
  lineId: string;
  /** Why it was this line. */
  dispatchId: number;
  attempt: number;
  requestedAt: number;
  /** Not claimed by then, it is put on the queue once more: a queue may lose a message, or be slow. */
  requeueAt: number;
}

/** A line of the campaign while it sends. */
export interface PipelineLine extends LineCredentials {
  portfolioId: string;
  ratePerSecond: number;
  /** Messages a second that the campaign may expect of it. */
  share: number;
  slots: LeasedSlots;
}

/** What portfolios must be told. */
interface PortfolioNews {
  unused: string[];
  incidents: LineIncident[];
}

/**
 * What a running campaign has on its way to the lines, in memory only: a claim is the first step that is written down.
 * An object that starts again has nothing on the queue, queues everybody anew within a tick, and whatever old messages
 * arrive find a row that takes one of them.
 */
export class SendPipeline {
  readonly queued = new Map<string, QueuedSend>();
  /** People who may be sent to now and are not on the queue. Rows are read once: each tick would read thousands again. */
  readonly due = new Map<string, RecipientRecord>();
  /** Who comes after this has not been read. */
  readTo: Place = FIRST_PLACE;
  readonly lines = new Map<string, PipelineLine>();
  /** People whom a portfolio has counted already, and who are not on the queue. */
  readonly counted = new Map<string, { portfolioId: string; phone: string }>();
  readonly #closed = new Set<string>();
  readonly #clocks = new Map<string, RemoteClock>();
  readonly #news = new Map<string, PortfolioNews>();

  queuedOn(lineId: string): number {
    let n = 0;
    for (const send of this.queued.values()) if (send.lineId === lineId) n += 1;
    return n;
  }

  /** Slots of a line that nobody is queued for. */
  free(lineId: string, now: number): number {
    return Math.max(0, (this.lines.get(lineId)?.slots.left(now) ?? 0) - this.queuedOn(lineId));
  }

  leased(portfolioId: string, askedAt: number, receivedAt: number, { decidedAt, lines }: LeaseAnswer): void {
    const clock = this.#clocks.get(portfolioId) ?? new RemoteClock();
    this.#clocks.set(portfolioId, clock);
    clock.heard(askedAt, decidedAt, receivedAt);
    for (const { lineId, phoneNumberId, sealedToken, ratePerSecond, slots, share } of lines) {
      const leased = this.lines.get(lineId)?.slots ?? new LeasedSlots();
      leased.add(slots.map((at) => clock.toLocal(at)));
      this.lines.set(lineId, { portfolioId, phoneNumberId, sealedToken, ratePerSecond, share, slots: leased });
    }
  }

  /** Lines that can't send now: whoever may be sent to by one of them alone waits. */
  closedLines(): string[] {
    return [...this.#closed];
  }

  /** @returns whether it was closed */
  openLine(lineId: string): boolean {
    const wasClosed = this.#closed.delete(lineId);
    if (wasClosed) this.readAgain();
    return wasClosed;
  }

  /** From the first row on: nobody must depend on each change having been noticed here. */
  readAgain(): void {
    this.readTo = FIRST_PLACE;
  }

  /** Nothing more by this line; whoever is queued for it waits for another. */
  closeLine(lineId: string): void {
    this.#closed.add(lineId);
    this.lines.get(lineId)?.slots.clear();
    for (const [contactId, send] of this.queued) if (send.lineId === lineId) this.unqueue(contactId);
    for (const [contactId, row] of this.due) if (row.pinnedLine === lineId) this.due.delete(contactId);
  }

  /** Takes note of people who are due, in their order. */
  read(rows: RecipientRecord[]): void {
    for (const row of rows) {
      const { contactId, position, notBefore } = row;
      if (notBefore > 0) this.readTo = { ...this.readTo, notBefore, contactId };
      else this.readTo = { ...this.readTo, position: position ?? this.readTo.position };
      if (!this.queued.has(contactId)) this.due.set(contactId, row);
    }
  }

  /** Somebody waits as this row says: on the queue still, or to be read again when due. */
  waits(row: RecipientRecord): void {
    const { contactId, position, notBefore } = row;
    const send = this.queued.get(contactId);
    if (send) {
      send.row = row;
      return;
    }
    this.due.delete(contactId);
    const { readTo } = this;
    if (notBefore === 0) this.readTo = { ...readTo, position: Math.min(readTo.position, (position ?? 1) - 1) };
    else if (notBefore <= readTo.notBefore) this.readTo = { ...readTo, notBefore: notBefore - 1, contactId: "" };
  }

  /** Takes somebody off the queue: a claim for it is refused from now on. The portfolio has counted this person. */
  unqueue(contactId: string): void {
    const send = this.queued.get(contactId);
    if (!send) return;
    const portfolioId = this.lines.get(send.lineId)?.portfolioId;
    if (portfolioId && send.row.phone !== null) this.counted.set(contactId, { portfolioId, phone: send.row.phone });
    this.queued.delete(contactId);
    this.due.set(contactId, send.row);
  }

  /** Somebody who will get nothing. */
  forget(contactId: string): void {
    this.unqueue(contactId);
    this.due.delete(contactId);
    const counted = this.counted.get(contactId);
    if (counted) this.noteUnused(counted.portfolioId, counted.phone);
    this.counted.delete(contactId);
  }

  /** Forgets all slots and takes everybody off the queue. @returns whether anybody was on it */
  unqueueAll(): boolean {
    const any = this.queued.size > 0;
    for (const contactId of [...this.queued.keys(), ...this.counted.keys()]) this.forget(contactId);
    for (const line of this.lines.values()) line.slots.clear();
    this.due.clear();
    this.readAgain();
    return any;
  }

  noteUnused(portfolioId: string, phone: string): void {
    this.#newsFor(portfolioId).unused.push(phone);
  }

  /** A burst of the same refusal is one piece of news, with how many calls it was. */
  noteIncident(portfolioId: string, incident: LineIncident): void {
    const news = this.#newsFor(portfolioId).incidents;
    const same = news.findIndex((item) => item.lineId === incident.lineId && item.kind === incident.kind);
    const before = news[same];
    if (before === undefined) news.push(incident);
    else
      news[same] =
        incident.kind === "slow" && before.kind === "slow"
          ? { ...incident, calls: incident.calls + before.calls }
          : incident;
  }

  hasNews(): boolean {
    return this.#news.size > 0;
  }

  takeNews(): [portfolioId: string, news: PortfolioNews][] {
    const news = [...this.#news];
    this.#news.clear();
    return news;
  }

  #newsFor(portfolioId: string): PortfolioNews {
    const news = this.#news.get(portfolioId) ?? { unused: [], incidents: [] };
    this.#news.set(portfolioId, news);
    return news;
  }
}
