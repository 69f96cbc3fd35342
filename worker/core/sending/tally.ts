import { HOUR_MS } from "#core/shared/time.ts";
import type { Accounting, CampaignCounts } from "./counts.ts";
import type { RecipientRow, RecipientStatus } from "./recipient.ts";

/**
 * Running figures of a campaign as one flat map of counters. What a recipient adds to them is a function of its row, so
 * a change of the row changes the counters by (after − before): they can't drift from the rows.
 */
export type TallyRow = Pick<
  RecipientRow,
  | "status"
  | "skipReason"
  | "wave"
  | "lineId"
  | "sentAt"
  | "deliveredAt"
  | "readAt"
  | "failedAt"
  | "repliedAt"
  | "errorCode"
>;

export type Metric = "sent" | "delivered" | "read" | "failed" | "replied" | "idr" | "operation";
export const hourOf = (at: number): number => Math.floor(at / HOUR_MS) * HOUR_MS;
/** Stands for the line of a row that failed before it had one. */
export const NO_LINE = "-";

export const hourKey = (hour: number, lineId: string, metric: Metric) => `hour/${hour}/${lineId}/${metric}`;

/** The counters to which a row adds one. */
export function countersOf(row: TallyRow): string[] {
  const keys = [`status/${row.status}`];
  const line = row.lineId ?? NO_LINE;
  const wave = row.wave;
  const mark = (metric: Metric, at: number | null) => {
    if (at === null) return;
    keys.push(hourKey(hourOf(at), line, metric));
    if (wave !== null) keys.push(`wave/${wave}/${metric}`);
  };
  if (wave !== null) keys.push(`wave/${wave}/total`);
  if (wave !== null && (row.status === "pending" || row.status === "skipped")) keys.push(`wave/${wave}/${row.status}`);
  if (row.status === "skipped" && row.skipReason) keys.push(`skip/${row.skipReason}`);
  if (row.status === "failed") {
    mark("failed", row.failedAt);
    if (row.errorCode !== null) keys.push(`error/${row.errorCode}`);
  } else if (row.status !== "skipped" && row.status !== "pending") {
    mark("sent", row.sentAt);
    mark("delivered", row.deliveredAt);
    mark("read", row.readAt);
  }
  if (row.repliedAt !== null) keys.push("replied");
  mark("replied", row.repliedAt);
  return keys;
}

export class Tally {
  readonly #values: Map<string, number>;
  #changed = new Set<string>();

  constructor(entries: Iterable<[string, number]> = []) {
    this.#values = new Map(entries);
  }

  add(key: string, by: number): void {
    this.#values.set(key, (this.#values.get(key) ?? 0) + by);
    this.#changed.add(key);
  }

  /** A row came into being or changed. */
  move(before: TallyRow | null, after: TallyRow | null): void {
    const gone = before ? countersOf(before) : [];
    const come = after ? countersOf(after) : [];
    for (const key of gone) if (!come.includes(key)) this.add(key, -1);
    for (const key of come) if (!gone.includes(key)) this.add(key, 1);
  }

  get(key: string): number {
    return this.#values.get(key) ?? 0;
  }

  status(status: RecipientStatus): number {
    return this.get(`status/${status}`);
  }

  entries(prefix: string): [rest: string[], value: number][] {
    const found: [string[], number][] = [];
    for (const [key, value] of this.#values) {
      if (key.startsWith(prefix) && value !== 0) found.push([key.slice(prefix.length).split("/"), value]);
    }
    return found;
  }

  /** Counters changed since the last call, to be written down with the rows that changed them. */
  takeChanges(): [string, number][] {
    const changes = [...this.#changed].map((key): [string, number] => [key, this.get(key)]);
    this.#changed = new Set();
    return changes;
  }
}

/**
 * @param audience members of the audience that were read so far
 * @param queued how many of the pending ones wait on the send queue
 */
export function accountingOf(tally: Tally, audience: number, queued: number): Accounting {
  const s = (status: RecipientStatus) => tally.status(status);
  const parts = {
    pending: s("pending") - queued,
    queued,
    sending: s("sending"),
    sent: s("sent") + s("delivered") + s("read"),
    failed: s("failed"),
    unknown: s("unknown"),
    skipped: s("skipped"),
  };
  const sum = Object.values(parts).reduce((a, b) => a + b, 0);
  return { audience, ...parts, balanced: sum === audience };
}

/** @param queued as for `accountingOf` */
export function countsOf(tally: Tally, audience: number, queued: number): CampaignCounts {
  const s = (status: RecipientStatus) => tally.status(status);
  return {
    total: audience,
    pending: s("pending") - queued,
    queued: queued + s("sending"),
    sent: s("sent") + s("delivered") + s("read"),
    delivered: s("delivered") + s("read"),
    read: s("read"),
    failed: s("failed"),
    skipped: s("skipped"),
    unknown: s("unknown"),
    replied: tally.get("replied"),
  };
}
