import type { RecipientStatus } from "#core/sending/recipient.ts";
import { applyEvent, type RecipientEvent, type RecipientState } from "#core/sending/recipient-status.ts";

/** What the model says of one recipient. */
export interface ModelRow extends RecipientState {
  /** On the queue, as its next try; the row itself is still pending. */
  queued: boolean;
  attempt: number;
  tries: number;
  claimId: string | null;
  /** Not to be tried before its time. */
  waits: boolean;
  /** Its lease has run out, and no tick has seen that yet. */
  leaseOver: boolean;
  /** Does not wait again. */
  excluded: boolean;
}
export interface Try {
  contactId: string;
  attempt: number;
}
/** How a claimed send ended. A claim has one disposition for each person, told as often as it likes. */
export type Disposition = "accepted" | "lost" | "released" | "refused" | "refused_for_now";

/** Meta's answers to "refused" (no WhatsApp user) and "refused_for_now" (something went wrong; tried five times). */
export const CODES = { refused: 131026, refused_for_now: 131000 } as const;
const TRIES_FOR_NOW = 5;

/** What a campaign's rows must come to, in the plainest words: no storage, no lines, no time. */
export class CampaignModel {
  status: "running" | "paused" | "completed" | "cancelled" = "running";
  readonly rows = new Map<string, ModelRow>();

  constructor(contactIds: string[]) {
    for (const contactId of contactIds) {
      this.rows.set(contactId, {
        ...{
          status: "pending",
          queued: false,
          attempt: 0,
          tries: 0,
          claimId: null,
          waits: false,
          leaseOver: false,
          excluded: false,
        },
        ...{ sentAt: null, deliveredAt: null, readAt: null, failedAt: null, repliedAt: null },
        ...{ messageId: null, errorCode: null, errorDetail: null },
      });
    }
  }

  /** Answers what is put on the queue. */
  tick(): Try[] {
    this.#each((row) => {
      if (!row.leaseOver) return;
      row.leaseOver = false;
      if (row.status === "sending") row.status = "unknown";
    });
    if (this.status === "cancelled") this.#move("pending", "skipped");
    if (this.status !== "running") return [];
    const queued: Try[] = [];
    this.#each((row, contactId) => {
      if (row.status !== "pending" || row.waits || row.queued) return;
      row.queued = true;
      queued.push({ contactId, attempt: row.attempt + 1 });
    });
    const open: RecipientStatus[] = ["pending", "sending"];
    if (![...this.rows.values()].some((row) => open.includes(row.status))) this.status = "completed";
    return queued;
  }

  claim(claimId: string, messages: Try[]): Try[] {
    if (this.status !== "running") return [];
    const claimed: Try[] = [];
    this.#each((row, contactId) => {
      const attempt = row.attempt + 1;
      if (!row.queued || !messages.some((m) => m.contactId === contactId && m.attempt === attempt)) return;
      Object.assign(row, { status: "sending", queued: false, attempt, claimId, leaseOver: false });
      claimed.push({ contactId, attempt });
    });
    return claimed;
  }

  settle(claimId: string, contactId: string, disposition: Disposition, at: number, messageId: string): void {
    const row = this.row(contactId);
    if (row.claimId !== claimId) return;
    const open = row.status === "sending" || row.status === "unknown";
    if (disposition === "accepted") this.#apply(row, { type: "accepted", at, messageId });
    else if (disposition === "lost") {
      if (row.status === "sending") this.#apply(row, { type: "lost", at });
    } else if (open) {
      if (disposition !== "released") row.tries += 1;
      if (disposition === "refused" || (disposition === "refused_for_now" && row.tries >= TRIES_FOR_NOW))
        this.#apply(row, { type: "refused", at, code: CODES[disposition], detail: "" });
      else
        Object.assign(row, {
          ...{ status: row.excluded ? "skipped" : "pending", claimId: null, leaseOver: false },
          waits: disposition === "refused_for_now",
        });
      // It had ended with this one unconfirmed.
      if (row.status === "pending" && this.status === "completed") this.status = "running";
    }
  }

  event(contactId: string, event: Extract<RecipientEvent, { messageId: string }>): void {
    const row = this.row(contactId);
    // Also of somebody left out: a try that nobody knew the end of had let the message out.
    if (row.messageId !== null && row.messageId !== event.messageId) return;
    this.#apply(row, event);
  }

  /** Answers what becomes of the reply: only a message that may have arrived can be answered. */
  reply(contactId: string, at: number): "taken" | "declined" | "early" {
    const row = this.row(contactId);
    if (row.status === "sending") return "early";
    if (!["unknown", "sent", "delivered", "read"].includes(row.status)) return "declined";
    this.#apply(row, { type: "replied", at });
    return "taken";
  }

  pause(): void {
    if (this.status !== "running") return;
    this.status = "paused";
    this.forgetQueue();
  }

  resume(): void {
    if (this.status === "paused") this.status = "running";
  }

  cancel(): void {
    if (this.status !== "running" && this.status !== "paused") return;
    this.status = "cancelled";
    this.forgetQueue();
  }

  /** Also what a restart does. */
  forgetQueue(): void {
    this.#each((row) => {
      row.queued = false;
    });
  }

  /** Answers who gets another try. */
  resend(): string[] {
    if (this.status === "cancelled") return [];
    const again: string[] = [];
    this.#each((row, contactId) => {
      if (row.status !== "unknown") return;
      // Their consent has been asked for once more.
      Object.assign(row, { status: "pending", claimId: null, waits: false, excluded: false });
      again.push(contactId);
    });
    if (again.length > 0 && this.status === "completed") this.status = "running";
    return again;
  }

  exclude(contactId: string): void {
    const row = this.row(contactId);
    if (row.status === "pending") Object.assign(row, { status: "skipped", queued: false, leaseOver: false });
    row.excluded = true;
  }

  leasesEnd(): void {
    this.#each((row) => {
      row.leaseOver = row.status === "sending";
    });
  }

  waitsEnd(): void {
    this.#each((row) => {
      row.waits = false;
    });
  }

  row(contactId: string): ModelRow {
    const row = this.rows.get(contactId);
    if (!row) throw new Error("nobody of this model");
    return row;
  }

  #apply(row: ModelRow, event: RecipientEvent): void {
    Object.assign(row, applyEvent(row, event));
    if (row.status !== "sending") row.leaseOver = false;
    if (row.status !== "pending") row.queued = false;
  }

  #move(from: RecipientStatus, to: RecipientStatus): void {
    this.#each((row) => {
      if (row.status === from) Object.assign(row, { status: to, leaseOver: false });
    });
  }

  #each(change: (row: ModelRow, contactId: string) => void): void {
    for (const [contactId, row] of this.rows) change(row, contactId);
  }
}
