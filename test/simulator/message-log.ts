import type { Plan, WebhookKind } from "./outcomes.ts";
import type { Arrival } from "./rates.ts";

/** Gathering time of accepted calls before they are written together: one commit serves them all. */
const COMMIT_EVERY_MS = 8;
/** Keeps the JSON of one statement far below the 2 MB that a parameter may have. */
const ROWS_PER_STATEMENT = 200;

export interface NewMessage {
  seq: number;
  atMs: number;
  phoneId: string;
  recipient: string;
  person: string;
  waId: string | null;
  wamid: string;
  callbackData: string | null;
  template: string | null;
  language: string | null;
  category: string;
  body: string;
  plan: Plan;
}

export interface NewRefusal {
  atMs: number;
  phoneId: string;
  recipient: string | null;
  callbackData: string | null;
  template: string | null;
  code: number;
  details: string | null;
}

/**
 * The campaign a message belongs to, as far as its callback data tells: all but its last part
 * (`c:42;r:9001` → `c:42;r`), since callers put the recipient last.
 */
export const campaignOf = (callbackData: string | null): string | null =>
  /^(.+)[;:|,/.]/.exec(callbackData ?? "")?.[1] ?? null;

/** What the simulator accepted and refused, on disk. */
export class MessageLog {
  private lastSeq: number;
  private lastWebhookId = Date.now() * 1000;
  private messages: NewMessage[] = [];
  private refusals: NewRefusal[] = [];
  private commit: Promise<void> | null = null;

  constructor(
    private readonly storage: DurableObjectStorage,
    /** Called after each commit, with the moment of the earliest webhook it plans. */
    private readonly onCommit: (earliestDueMs: number | null) => void,
  ) {
    const settled = storage.sql.exec("select value from settings where name = 'lastSeq'").toArray()[0];
    const newest = storage.sql.exec("select coalesce(max(seq), 0) as seq from messages").one();
    this.lastSeq = Math.max(Number(newest.seq), Number(settled?.value ?? 0));
  }

  nextSeq(): number {
    this.lastSeq++;
    return this.lastSeq;
  }

  nextWebhookId(): number {
    this.lastWebhookId++;
    return this.lastWebhookId;
  }

  get newestSeq(): number {
    return this.lastSeq;
  }

  /** Resolves when the message is on disk: only then may it be answered. */
  accept(message: NewMessage): Promise<void> {
    this.messages.push(message);
    return this.committed();
  }

  refuse(refusal: NewRefusal): Promise<void> {
    this.refusals.push(refusal);
    return this.committed();
  }

  private committed(): Promise<void> {
    this.commit ??= new Promise((resolve, reject) => {
      setTimeout(() => {
        this.commit = null;
        try {
          this.write();
          resolve();
        } catch (error) {
          reject(error);
        }
      }, COMMIT_EVERY_MS);
    });
    return this.commit;
  }

  private write(): void {
    const { messages, refusals } = this;
    this.messages = [];
    this.refusals = [];
    let earliestDueMs: number | null = null;
    this.storage.transactionSync(() => {
      for (let at = 0; at < messages.length; at += ROWS_PER_STATEMENT) {
        const dueMs = this.insert(messages.slice(at, at + ROWS_PER_STATEMENT));
        if (dueMs !== null) earliestDueMs = Math.min(earliestDueMs ?? dueMs, dueMs);
      }
      for (let at = 0; at < refusals.length; at += ROWS_PER_STATEMENT) {
        const rows = refusals.slice(at, at + ROWS_PER_STATEMENT).map(refusalRow);
        this.storage.sql.exec(INSERT_REFUSALS, JSON.stringify(rows));
      }
      this.addTotals([
        ...messages.map(({ phoneId }): [string, string] => [phoneId, "accepted"]),
        ...messages.map(({ phoneId, plan }): [string, string] => [phoneId, `planned:${plan.outcome}`]),
        ...refusals.map(({ phoneId }): [string, string] => [phoneId, "refused"]),
      ]);
    });
    this.onCommit(earliestDueMs);
  }

  /** Writes messages and plans their webhooks; answers when the first of these is due. */
  private insert(messages: NewMessage[]): number | null {
    const planned = messages.flatMap(({ seq, plan }) =>
      plan.webhooks.map(({ kind, dueMs, ...detail }): [number, number, number, string, string] => [
        dueMs,
        this.nextWebhookId(),
        seq,
        kind,
        JSON.stringify(detail),
      ]),
    );
    const { sql } = this.storage;
    sql.exec(INSERT_MESSAGES, JSON.stringify(messages.map(messageRow)));
    sql.exec(INSERT_BODIES, JSON.stringify(messages.map(bodyRow)));
    sql.exec(INSERT_WEBHOOKS, JSON.stringify(planned));
    return planned.length ? Math.min(...planned.map(([dueMs]) => dueMs)) : null;
  }

  /** Counts one per pair of number and name, in the caller's transaction. */
  addTotals(pairs: [phoneId: string, name: string][]): void {
    const counts = new Map<string, [string, string, number]>();
    for (const [phoneId, name] of pairs) {
      const key = `${phoneId} ${name}`;
      counts.set(key, [phoneId, name, (counts.get(key)?.[2] ?? 0) + 1]);
    }
    if (counts.size) this.storage.sql.exec(ADD_TOTALS, JSON.stringify([...counts.values()]));
  }

  /** Notes the moment at which webhooks were answered 200; a second copy does not count again. */
  markPosted(refs: [seq: number, kind: WebhookKind][], nowMs: number): void {
    const { sql } = this.storage;
    for (const kind of new Set(refs.map(([, kind]) => kind))) {
      const seqs = refs.filter((ref) => ref[1] === kind).map(([seq]) => seq);
      const column = `${kind}_ms`;
      const rows = sql
        .exec<{ phone_id: string; person: string }>(
          `update messages set ${column} = ? where seq in (select value from json_each(?)) and ${column} is null
           returning phone_id, person`,
          nowMs,
          JSON.stringify(seqs),
        )
        .toArray();
      this.addTotals(rows.map((row) => [row.phone_id, kind]));
      if (kind === "reply") for (const row of rows) this.openWindow(row.phone_id, row.person, nowMs);
    }
  }

  openWindow(phoneId: string, person: string, atMs: number): void {
    this.storage.sql.exec(
      "insert or replace into windows (phone_id, person, at_ms) values (?, ?, ?)",
      phoneId,
      person,
      atMs,
    );
  }

  hasWindow(phoneId: string, person: string, nowMs: number): boolean {
    const dayAgoMs = nowMs - 24 * 60 * 60 * 1000;
    const query = "select 1 from windows where phone_id = ? and person = ? and at_ms > ?";
    return this.storage.sql.exec(query, phoneId, person, dayAgoMs).toArray().length > 0;
  }

  /** The accepted calls of the last moments, so that the limiter knows them after a restart. */
  arrivalsSince(sinceMs: number): Arrival[] {
    const query = "select phone_id, at_ms from messages where seq > ? and at_ms > ? order by seq";
    return this.storage.sql
      .exec<{ phone_id: string; at_ms: number }>(query, this.lastSeq - 20_000, sinceMs)
      .toArray()
      .map((row) => ({ phoneId: row.phone_id, atMs: row.at_ms }));
  }

  /** Forgets everything recorded. Numbering goes on, so that a late answer of a receiver meets no new message. */
  clear(): void {
    const { sql } = this.storage;
    this.storage.transactionSync(() => {
      sql.exec("insert or replace into settings (name, value) values ('lastSeq', ?)", String(this.lastSeq));
      for (const table of ["messages", "bodies", "refusals", "totals", "windows", "webhooks", "posts"])
        sql.exec(`delete from ${table}`);
    });
  }
}

const messageRow = (message: NewMessage) => [
  message.seq,
  message.atMs,
  message.phoneId,
  message.recipient,
  message.person,
  message.waId,
  message.wamid,
  message.callbackData,
  campaignOf(message.callbackData),
  message.template,
  message.language,
  message.category,
  message.plan.outcome,
  message.plan.errorCode,
];

const bodyRow = ({ seq, body, plan }: NewMessage) => [seq, body, JSON.stringify(plan.webhooks)];

const refusalRow = (refusal: NewRefusal) => [
  refusal.atMs,
  refusal.phoneId,
  refusal.recipient,
  refusal.callbackData,
  refusal.template,
  refusal.code,
  refusal.details,
];

/** `value ->> 0, value ->> 1, …` of one JSON parameter: statements take at most 100 bound ones. */
const columns = (count: number): string => Array.from({ length: count }, (_, at) => `value ->> ${at}`).join(", ");
const INSERT_MESSAGES = `insert into messages (seq, at_ms, phone_id, recipient, person, wa_id, wamid, callback_data, campaign,
  template, language, category, outcome, error_code) select ${columns(14)} from json_each(?)`;
const INSERT_BODIES = `insert into bodies (seq, body, plan) select ${columns(3)} from json_each(?)`;
export const INSERT_WEBHOOKS = `insert into webhooks (due_ms, id, seq, kind, detail) select ${columns(5)} from json_each(?)`;
const INSERT_REFUSALS = `insert into refusals (at_ms, phone_id, recipient, callback_data, template, code, details)
  select ${columns(7)} from json_each(?)`;
const ADD_TOTALS = `insert into totals (phone_id, name, count) select ${columns(3)} from json_each(?) where true
  on conflict do update set count = count + excluded.count`;
