import type { SentMessage } from "#contracts/campaign-rpc.ts";
import type { LateExclusion } from "#core/audience/exclusion.ts";
import { RecentOutcomes } from "#core/sending/circuit-breaker.ts";
import { storeEvent } from "#core/sending/history.ts";
import { markFinder, markOf, packMarks, unpackMarks } from "#core/sending/message-marks.ts";
import type { RecipientStatus } from "#core/sending/recipient.ts";
import { Tally } from "#core/sending/tally.ts";
import { migrate } from "#durable/shared/migrate.ts";
import { type CampaignState, completeState } from "./state.ts";
import {
  COLUMNS,
  MUTABLE,
  type NewRecipient,
  OUTBOX_KINDS,
  type OutboxItem,
  type RecipientNote,
  type RecipientRecord,
  STEPS,
  toRecord,
} from "./tables.ts";
import { type StoredUntold, UntoldSends } from "./untold-sends.ts";

/** Messages are told of in small groups; a row is written anew with each until it has this many. */
const MARKS_A_ROW = 100;

/** More than a commit moves of a campaign under way; some kilobytes as one row. */
const MOST_RECENT_COUNTERS = 200;
/** A value may have 2 MB; below 1 MB there is room for whatever else is in the statement. */
const MOST_JSON_CHARS = 500_000;

/** How far people who wait have been read: first tries by position, later ones by their time and id. */
export interface Place {
  position: number;
  notBefore: number;
  contactId: string;
}
export const FIRST_PLACE: Place = { position: 0, notBefore: 0, contactId: "" };

interface Recent {
  counters: [key: string, value: number][];
  outcomes: [bucket: number, sent: number, failed: number][];
  /** Not there in what a release before this wrote. */
  untold?: StoredUntold;
}

/** The campaign object's tables. Synchronous: what is written without an `await` between is one commit. */
export class CampaignStorage {
  readonly sql: SqlStorage;
  readonly tally: Tally;
  /** Sends that ended of late, for the circuit breaker. */
  readonly outcomes: RecentOutcomes;
  readonly untold: UntoldSends;
  /** Hours of lines, as `hour/line`, whose figures have changed since D1 was told; null while that is not known. */
  changedHours: Set<string> | null = null;
  /** Most campaigns have none, and each status of a webhook asks. */
  #anySuperseded: boolean;
  #anyExcluded: boolean;
  /** Counters that are newer than their rows. */
  readonly #recentCounters: Map<string, number>;
  /** The row of marks that is being filled. */
  #lastMarks: { id: number; marks: number[]; contactIds: string[] };

  constructor(storage: DurableObjectStorage) {
    migrate(storage, STEPS);
    this.sql = storage.sql;
    const counters = this.sql.exec<{ key: string; value: number }>("select key, value from counters").toArray();
    const recent = this.#state<Recent>("recent");
    this.#recentCounters = new Map(recent?.counters);
    this.outcomes = new RecentOutcomes(recent?.outcomes);
    this.tally = new Tally([
      ...counters.map(({ key, value }): [string, number] => [key, value]),
      ...this.#recentCounters,
    ]);
    const any = (table: string) => this.sql.exec(`select 1 from ${table} limit 1`).toArray().length > 0;
    this.#anySuperseded = any("superseded_messages");
    this.#anyExcluded = any("excluded_contacts");
    this.untold = new UntoldSends(this.sql, recent?.untold, Date.now(), () => any("recipients"));
    const [last] = this.sql
      .exec<{ id: number; marks: ArrayBuffer; contact_ids: string }>(
        "select id, marks, contact_ids from message_marks order by id desc limit 1",
      )
      .toArray();
    this.#lastMarks = last
      ? { id: last.id, marks: unpackMarks(last.marks), contactIds: JSON.parse(last.contact_ids) }
      : { id: 1, marks: [], contactIds: [] };
  }

  loadState(): CampaignState | null {
    const stored = this.#state<CampaignState>("campaign");
    return stored ? completeState(stored) : null;
  }

  saveState(state: CampaignState): void {
    this.#putState("campaign", state);
  }

  /**
   * Writes the counters that the last changes moved, and whom D1 is to be told of; call it in the same commit. They go into
   * one row together, and into rows of their own once there are many: a row is what the platform bills.
   */
  saveCounters(): void {
    for (const [key, value] of this.tally.takeChanges()) {
      this.#recentCounters.set(key, value);
      if (key.startsWith("hour/")) this.changedHours?.add(key.split("/", 3).slice(1).join("/"));
    }
    if (this.#recentCounters.size > MOST_RECENT_COUNTERS) {
      this.sql.exec(
        `insert into counters (key, value) select value ->> 0, value ->> 1 from json_each(?) where true
           on conflict (key) do update set value = excluded.value`,
        JSON.stringify([...this.#recentCounters]),
      );
      this.#recentCounters.clear();
    }
    const recent: Recent = {
      counters: [...this.#recentCounters],
      outcomes: this.outcomes.entries(),
      untold: this.untold.stored(),
    };
    this.#putState("recent", recent);
  }

  insert(rows: NewRecipient[]): void {
    const values = rows.map((r) => [
      r.contactId,
      r.position,
      r.status,
      r.skipReason,
      r.name,
      r.phone,
      JSON.stringify(r.reportFields),
      r.vars,
    ]);
    for (const json of jsonChunks(values)) {
      this.sql.exec(
        `insert into recipients (contact_id, position, status, skip_reason, name, phone, report_fields, vars)
           select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
           from json_each(?)`,
        json,
      );
    }
  }

  byIds(contactIds: string[]): RecipientRecord[] {
    return jsonChunks(contactIds).flatMap((json) =>
      this.#records(`select ${COLUMNS} from recipients where contact_id in (select value from json_each(?))`, json),
    );
  }

  /**
   * People who may be sent to now and come after `from`: later tries that are due, then the others in the order of their
   * waves. Not those who are tied to one of `closedLines`.
   */
  ready(from: Place, upToPosition: number, now: number, limit: number, closedLines: string[] = []): RecipientRecord[] {
    const again = this.#records(
      `select ${COLUMNS} from recipients indexed by recipients_later
         where status = 'pending' and not_before > 0 and (not_before, contact_id) > (?1, ?2) and not_before <= ?3
           and (pinned_line is null or pinned_line not in (select value from json_each(?4)))
         order by not_before, contact_id limit ?5`,
      from.notBefore,
      from.contactId,
      now,
      JSON.stringify(closedLines),
      limit,
    );
    return [...again, ...this.firstTries(from.position, upToPosition, limit - again.length)];
  }

  /** People who have not been tried and come after a position. */
  firstTries(afterPosition: number, upToPosition: number, limit: number): RecipientRecord[] {
    return this.#records(
      `select ${COLUMNS} from recipients indexed by recipients_first
         where status = 'pending' and not_before = 0 and position > ? and position <= ? order by position limit ?`,
      afterPosition,
      upToPosition,
      limit,
    );
  }

  /** People who wait for a later try, due or not, in the order of their times. */
  laterTries({ notBefore, contactId }: Pick<Place, "notBefore" | "contactId">, limit: number): RecipientRecord[] {
    return this.#records(
      `select ${COLUMNS} from recipients indexed by recipients_later
         where status = 'pending' and not_before > 0 and (not_before, contact_id) > (?, ?)
         order by not_before, contact_id limit ?`,
      notBefore,
      contactId,
      limit,
    );
  }

  /** Whether anybody could be sent to now. */
  anyReady(upToPosition: number, now: number): boolean {
    return this.ready(FIRST_PLACE, upToPosition, now, 1).length > 0;
  }

  /** When the next later try falls due after `now`; null when none does. */
  nextReadyAt(now: number): number | null {
    return this.sql
      .exec<{ at: number | null }>(
        `select min(not_before) as at from recipients indexed by recipients_later
           where status = 'pending' and not_before > 0 and not_before > ?`,
        now,
      )
      .one().at;
  }

  addClaim(claimId: string, leaseUntil: number, contactIds: string[]): void {
    this.sql.exec(
      "insert into claims (claim_id, lease_until, contact_ids) values (?, ?, ?)",
      claimId,
      leaseUntil,
      JSON.stringify(contactIds),
    );
  }

  /** These have a result; when all have, the claim is over. */
  closeClaim(claimId: string, contactIds: ReadonlySet<string>): void {
    const [row] = this.sql
      .exec<{ contact_ids: string }>("select contact_ids from claims where claim_id = ?", claimId)
      .toArray();
    if (!row) return;
    const open = (JSON.parse(row.contact_ids) as string[]).filter((id) => !contactIds.has(id));
    if (open.length === 0) this.sql.exec("delete from claims where claim_id = ?", claimId);
    else this.sql.exec("update claims set contact_ids = ? where claim_id = ?", JSON.stringify(open), claimId);
  }

  /** Claims whose lease is over, with those of their people who have no result. */
  claimsOver(now: number): { claimId: string; contactIds: string[] }[] {
    return this.sql
      .exec<{ claim_id: string; contact_ids: string }>(
        "select claim_id, contact_ids from claims where lease_until <= ?",
        now,
      )
      .toArray()
      .map((row) => ({ claimId: row.claim_id, contactIds: JSON.parse(row.contact_ids) }));
  }

  nextClaimEnd(): number | null {
    return this.sql.exec<{ at: number | null }>("select min(lease_until) as at from claims").one().at;
  }

  /** Rows in the order of their ids. */
  inOrder(afterContactId: string, limit: number): RecipientRecord[] {
    return this.#records(
      `select ${COLUMNS} from recipients where contact_id > ? order by contact_id limit ?`,
      afterContactId,
      limit,
    );
  }

  /** Rows by a status that few of them have; reads all. */
  scan(status: "queued" | "sending"): RecipientRecord[] {
    return this.#records(`select ${COLUMNS} from recipients where status = ?`, status);
  }

  pending(limit: number): RecipientRecord[] {
    return this.#records(
      `select ${COLUMNS} from recipients indexed by recipients_later where status = 'pending' and not_before > 0
         union all
       select ${COLUMNS} from recipients indexed by recipients_first where status = 'pending' and not_before = 0
         limit ?`,
      limit,
    );
  }

  /** Writes what differs, in one statement. */
  update(changes: { before: RecipientRecord; after: RecipientRecord }[]): void {
    const fields = MUTABLE.filter(([field]) => changes.some(({ before, after }) => before[field] !== after[field]));
    if (fields.length === 0) return;
    const set = fields.map(([, column], i) => `${column} = j.value ->> ${i + 1}`).join(", ");
    const values = changes.map(({ after }) => [after.contactId, ...fields.map(([field]) => after[field])]);
    for (const json of jsonChunks(values)) {
      this.sql.exec(
        `update recipients set ${set} from json_each(?) as j where recipients.contact_id = j.value ->> 0`,
        json,
      );
    }
  }

  /** Unconfirmed sends, in the order of their ids. */
  unconfirmed(afterContactId: string, limit: number): RecipientRecord[] {
    return this.#records(
      `select ${COLUMNS} from recipients indexed by recipients_unknown
         where status = 'unknown' and contact_id > ? order by contact_id limit ?`,
      afterContactId,
      limit,
    );
  }

  unconfirmedOver(now: number): RecipientRecord[] {
    return this.#records(
      `select ${COLUMNS} from recipients indexed by recipients_unknown
         where status = 'unknown' and unconfirmed_until <= ? limit 5000`,
      now,
    );
  }

  nextUnconfirmedEnd(): number | null {
    return this.sql
      .exec<{ at: number | null }>(
        "select min(unconfirmed_until) as at from recipients indexed by recipients_unknown where status = 'unknown'",
      )
      .one().at;
  }

  /** Notes which of these people had been written to; each is counted once. */
  addOptOuts(contactIds: string[]): void {
    this.sql.exec(
      `insert into opt_outs (contact_id) select contact_id from recipients
         where sent_at is not null and contact_id in (select value from json_each(?)) on conflict do nothing`,
      JSON.stringify(contactIds),
    );
  }

  addExcluded(contactIds: string[], reason: LateExclusion): void {
    this.sql.exec(
      "insert into excluded_contacts (contact_id, reason) select value, ? from json_each(?) where true on conflict do nothing",
      reason,
      JSON.stringify(contactIds),
    );
    this.#anyExcluded = true;
  }

  /** Consent has been given anew. */
  forgetExcluded(contactIds: string[]): void {
    if (!this.#anyExcluded) return;
    this.sql.exec(
      "delete from excluded_contacts where contact_id in (select value from json_each(?))",
      JSON.stringify(contactIds),
    );
  }

  exclusionOf(contactId: string): LateExclusion | null {
    if (!this.#anyExcluded) return null;
    const rows = this.sql.exec<{ reason: LateExclusion }>(
      "select reason from excluded_contacts where contact_id = ?",
      contactId,
    );
    return rows.toArray()[0]?.reason ?? null;
  }

  optOuts(): number {
    return this.sql.exec<{ n: number }>("select count(*) as n from opt_outs").one().n;
  }

  supersedeMessage(messageId: string): void {
    this.sql.exec("insert into superseded_messages (message_id) values (?) on conflict do nothing", messageId);
    this.#anySuperseded = true;
  }

  isSuperseded(messageId: string): boolean {
    if (!this.#anySuperseded) return false;
    return this.sql.exec("select 1 from superseded_messages where message_id = ?", messageId).toArray().length > 0;
  }

  /** Notes messages by their ids, so that they can be found by nothing else: one write for all of them. */
  markMessages(messages: { messageId: string; contactId: string }[]): void {
    if (messages.length === 0) return;
    const last = this.#lastMarks;
    if (last.marks.length >= MARKS_A_ROW) this.#lastMarks = { id: last.id + 1, marks: [], contactIds: [] };
    const { id, marks, contactIds } = this.#lastMarks;
    for (const { messageId, contactId } of messages) {
      marks.push(markOf(messageId));
      contactIds.push(contactId);
    }
    this.sql.exec(
      `insert into message_marks (id, marks, contact_ids) values (?, ?, ?)
         on conflict (id) do update set marks = excluded.marks, contact_ids = excluded.contact_ids`,
      id,
      packMarks(marks),
      JSON.stringify(contactIds),
    );
  }

  /** Whose messages these are. Only marks are read, four bytes a message, the newest first; rows decide. */
  findMessages(messageIds: string[]): SentMessage[] {
    const wanted = new Set(messageIds);
    const placesIn = markFinder(messageIds);
    const found: SentMessage[] = [];
    for (const { id, marks: noted } of this.sql.exec<{ id: number; marks: ArrayBuffer }>(
      "select id, marks from message_marks order by id desc",
    )) {
      const places = placesIn(noted);
      if (places.length === 0) continue;
      const contactIds = this.#markedContacts(id);
      for (const { messageId, contactId, phone, sentAt } of this.byIds(
        places.flatMap((place) => contactIds[place] ?? []),
      )) {
        if (messageId === null || !wanted.delete(messageId)) continue;
        found.push({ messageId, contactId, phone, sentAt });
      }
      if (wanted.size === 0) break;
    }
    return found;
  }

  #markedContacts(id: number): string[] {
    const row = this.sql.exec<{ contact_ids: string }>("select contact_ids from message_marks where id = ?", id).one();
    return JSON.parse(row.contact_ids);
  }

  /** Waves are known once everybody has a row: [wave, status, people]. */
  waveCounts(waveSize: number): { wave: number; status: RecipientStatus; n: number }[] {
    return this.sql
      .exec<{ wave: number; status: RecipientStatus; n: number }>(
        "select (position - 1) / cast(? as integer) as wave, status, count(*) as n from recipients where position is not null group by 1, 2",
        waveSize,
      )
      .toArray();
  }

  addDispatch(at: number, lineId: string, reason: string): number {
    return this.sql
      .exec<{ id: number }>(
        "insert into dispatches (at, line_id, reason) values (?, ?, ?) returning id",
        at,
        lineId,
        reason,
      )
      .one().id;
  }

  addEvents(events: RecipientNote[]): void {
    const rows = events.map(({ contactId, at, happened }) => {
      const { event, detail } = storeEvent(happened);
      return [contactId, at, event, detail];
    });
    for (const json of jsonChunks(rows)) {
      this.sql.exec(
        `insert into events (contact_id, at, event, detail)
           select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?)`,
        json,
      );
    }
  }

  /** For what may be told any number of times: one such event a recipient is kept. */
  addEventOnce(note: RecipientNote): void {
    const known = this.sql
      .exec("select 1 from events where contact_id = ? and event = ?", note.contactId, note.happened.event)
      .toArray();
    if (known.length === 0) this.addEvents([note]);
  }

  /** True when this reply was not known yet. */
  addReply(reply: { messageId: string; contactId: string; at: number; kind: string; channel: string }): boolean {
    const { rowsWritten } = this.sql.exec(
      "insert into replies (message_id, contact_id, at, kind, channel) values (?, ?, ?, ?, ?) on conflict do nothing",
      reply.messageId,
      reply.contactId,
      reply.at,
      reply.kind,
      reply.channel,
    );
    return rowsWritten > 0;
  }

  addToOutbox(items: OutboxItem[]): void {
    for (const item of items) this.sql.exec("insert into outbox (item) values (?)", JSON.stringify(item));
  }

  outbox(limit: number): { id: number; item: OutboxItem }[] {
    return this.sql
      .exec<{ id: number; item: string }>(
        `select id, item from outbox where item ->> 'kind' in (select value from json_each(?)) order by id limit ?`,
        JSON.stringify(OUTBOX_KINDS),
        limit,
      )
      .toArray()
      .map((row) => ({ id: row.id, item: JSON.parse(row.item) }));
  }

  removeFromOutbox(ids: number[]): void {
    this.sql.exec("delete from outbox where id in (select value from json_each(?))", JSON.stringify(ids));
  }

  #state<T>(key: string): T | null {
    const row = this.sql.exec<{ value: string }>("select value from state where key = ?", key).toArray()[0];
    return row ? JSON.parse(row.value) : null;
  }

  #putState(key: string, value: unknown): void {
    this.sql.exec(
      "insert into state (key, value) values (?, ?) on conflict (key) do update set value = excluded.value",
      key,
      JSON.stringify(value),
    );
  }

  #records(query: string, ...bindings: SqlStorageValue[]): RecipientRecord[] {
    return Array.from(this.sql.exec(query, ...bindings).raw(), toRecord);
  }
}

/** Values as JSON arrays that each fit into one parameter. */
export function jsonChunks(values: readonly unknown[]): string[] {
  const chunks: string[] = [];
  let chunk: string[] = [];
  let chars = 0;
  for (const value of values) {
    const json = JSON.stringify(value);
    if (chunk.length > 0 && chars + json.length > MOST_JSON_CHARS) {
      chunks.push(`[${chunk.join(",")}]`);
      chunk = [];
      chars = 0;
    }
    chunk.push(json);
    chars += json.length + 1;
  }
  if (chunk.length > 0) chunks.push(`[${chunk.join(",")}]`);
  return chunks;
}
