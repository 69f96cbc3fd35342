import type { Outcomes } from "../core/circuit-breaker.ts";
import type { RecipientStatus, Withdrawal } from "../core/model.ts";
import { Tally } from "../core/tally.ts";
import { type CampaignState, completeState } from "./campaign-state.ts";
import {
  COLUMNS,
  type NewRecipient,
  type OutboxItem,
  type Raw,
  type RecipientRecord,
  STEPS,
  toRecord,
} from "./campaign-tables.ts";
import { migrate } from "./migrate.ts";

/** The campaign object's tables. Synchronous: what is written without an `await` between is one commit. */
export class CampaignStorage {
  readonly sql: SqlStorage;
  readonly tally: Tally;
  /** Most campaigns have none, and each status of a webhook asks. */
  #anyRetired: boolean;
  #anyWithdrawn: boolean;

  constructor(storage: DurableObjectStorage) {
    migrate(storage, STEPS);
    this.sql = storage.sql;
    const counters = this.sql.exec<{ key: string; value: number }>("select key, value from counters").toArray();
    this.tally = new Tally(counters.map(({ key, value }) => [key, value]));
    const any = (table: string) => this.sql.exec(`select 1 from ${table} limit 1`).toArray().length > 0;
    this.#anyRetired = any("retired_messages");
    this.#anyWithdrawn = any("withdrawn");
  }

  loadState(): CampaignState | null {
    const row = this.sql.exec<{ value: string }>("select value from state where key = 'campaign'").toArray()[0];
    return row ? completeState(JSON.parse(row.value)) : null;
  }

  saveState(state: CampaignState): void {
    this.sql.exec(
      "insert into state (key, value) values ('campaign', ?) on conflict (key) do update set value = excluded.value",
      JSON.stringify(state),
    );
  }

  /** Writes the counters that the last changes moved; call it in the same commit. */
  saveCounters(): void {
    const changes = this.tally.takeChanges();
    if (changes.length === 0) return;
    this.sql.exec(
      `insert into counters (key, value) select value ->> 0, value ->> 1 from json_each(?) where true
         on conflict (key) do update set value = excluded.value`,
      JSON.stringify(changes),
    );
  }

  insert(rows: NewRecipient[]): void {
    this.sql.exec(
      `insert into recipients (contact_id, position, status, skip_reason, name, phone, person, vars)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
         from json_each(?)`,
      JSON.stringify(
        rows.map((r) => [
          r.contactId,
          r.position,
          r.status,
          r.skipReason,
          r.name,
          r.phone,
          JSON.stringify(r.person),
          r.vars,
        ]),
      ),
    );
  }

  byIds(contactIds: string[]): RecipientRecord[] {
    return this.#records(
      `select ${COLUMNS} from recipients where contact_id in (select value from json_each(?))`,
      JSON.stringify(contactIds),
    );
  }

  /** People who may be sent to now, in the order of their waves. Pinned ones only when their line is among `lineIds`. */
  ready(upToPosition: number, now: number, lineIds: string[], limit: number): RecipientRecord[] {
    return this.#records(
      `select ${COLUMNS} from recipients indexed by recipients_pending
         where status = 'pending' and position <= ?1 and not_before <= ?2
           and (pinned_line is null or pinned_line in (select value from json_each(?3)))
         order by position limit ?4`,
      upToPosition,
      now,
      JSON.stringify(lineIds),
      limit,
    );
  }

  /** How many could be sent to now, counted up to `most`. */
  readyCount(upToPosition: number, now: number, most: number): number {
    return this.sql
      .exec<{ n: number }>(
        `select count(*) as n from (select 1 from recipients indexed by recipients_pending
           where status = 'pending' and position <= ? and not_before <= ? limit ?)`,
        upToPosition,
        now,
        most,
      )
      .one().n;
  }

  /** When the next recipient of the opened waves may be tried who may not yet; null when there is none. */
  nextReadyAt(upToPosition: number, now: number): number | null {
    return this.sql
      .exec<{ at: number | null }>(
        `select min(not_before) as at from recipients indexed by recipients_pending
           where status = 'pending' and position <= ? and not_before > ?`,
        upToPosition,
        now,
      )
      .one().at;
  }

  leaseOver(now: number): RecipientRecord[] {
    return this.#records(
      `select ${COLUMNS} from recipients indexed by recipients_under_way
         where status in ('queued', 'sending') and lease_until <= ? limit 5000`,
      now,
    );
  }

  nextLeaseEnd(): number | null {
    return this.sql
      .exec<{ at: number | null }>(
        "select min(lease_until) as at from recipients indexed by recipients_under_way where status in ('queued', 'sending')",
      )
      .one().at;
  }

  underWayByLine(): Map<string, number> {
    const rows = this.sql
      .exec<{ line_id: string; n: number }>(
        `select line_id, count(*) as n from recipients indexed by recipients_under_way
           where status in ('queued', 'sending') group by line_id`,
      )
      .toArray();
    return new Map(rows.map((row) => [row.line_id, row.n]));
  }

  queued(limit: number): RecipientRecord[] {
    return this.#records(
      `select ${COLUMNS} from recipients indexed by recipients_under_way
         where status in ('queued', 'sending') and status = 'queued' limit ?`,
      limit,
    );
  }

  pending(limit: number): RecipientRecord[] {
    return this.#records(
      `select ${COLUMNS} from recipients indexed by recipients_pending where status = 'pending' limit ?`,
      limit,
    );
  }

  pendingByPhone(phones: string[], fromPosition: number): RecipientRecord[] {
    return this.#records(
      `select ${COLUMNS} from recipients indexed by recipients_pending
         where status = 'pending' and position >= ? and phone in (select value from json_each(?))`,
      fromPosition,
      JSON.stringify(phones),
    );
  }

  /** Writes changed rows in one statement. */
  update(rows: RecipientRecord[]): void {
    if (rows.length === 0) return;
    this.sql.exec(
      `update recipients set status = j.value ->> 1, skip_reason = j.value ->> 2, line_id = j.value ->> 3,
         pinned_line = j.value ->> 4, dispatch_id = j.value ->> 5, attempt = j.value ->> 6, tries = j.value ->> 7,
         waited = j.value ->> 8, not_before = j.value ->> 9, claim_id = j.value ->> 10, lease_until = j.value ->> 11,
         requested_at = j.value ->> 12, sent_at = j.value ->> 13, delivered_at = j.value ->> 14, read_at = j.value ->> 15,
         failed_at = j.value ->> 16, replied_at = j.value ->> 17, error_code = j.value ->> 18,
         error_detail = j.value ->> 19, message_id = j.value ->> 20, doubt_ends = j.value ->> 21
       from json_each(?) as j where recipients.contact_id = j.value ->> 0`,
      JSON.stringify(
        rows.map((r) => [
          r.contactId,
          r.status,
          r.skipReason,
          r.lineId,
          r.pinnedLine,
          r.dispatchId,
          r.attempt,
          r.tries,
          r.waited,
          r.notBefore,
          r.claimId,
          r.leaseUntil,
          r.requestedAt,
          r.sentAt,
          r.deliveredAt,
          r.readAt,
          r.failedAt,
          r.repliedAt,
          r.errorCode,
          r.errorDetail,
          r.messageId,
          r.doubtEnds,
        ]),
      ),
    );
  }

  /** Sends in doubt, in the order of their ids. */
  inDoubt(afterContactId: string, limit: number): RecipientRecord[] {
    return this.#records(
      `select ${COLUMNS} from recipients indexed by recipients_unknown
         where status = 'unknown' and contact_id > ? order by contact_id limit ?`,
      afterContactId,
      limit,
    );
  }

  doubtOver(now: number): RecipientRecord[] {
    return this.#records(
      `select ${COLUMNS} from recipients indexed by recipients_unknown
         where status = 'unknown' and doubt_ends <= ? limit 5000`,
      now,
    );
  }

  nextDoubtEnd(): number | null {
    return this.sql
      .exec<{ at: number | null }>(
        "select min(doubt_ends) as at from recipients indexed by recipients_unknown where status = 'unknown'",
      )
      .one().at;
  }

  /** Counts sends that ended now; what is older than the window is forgotten. */
  countOutcomes(bucket: number, { sent, failed }: Outcomes, oldest: number): void {
    this.sql.exec(
      `insert into outcomes (bucket, sent, failed) values (?, ?, ?)
         on conflict (bucket) do update set sent = sent + excluded.sent, failed = failed + excluded.failed`,
      bucket,
      sent,
      failed,
    );
    this.sql.exec("delete from outcomes where bucket < ?", oldest);
  }

  outcomesSince(bucket: number): Outcomes {
    return this.sql
      .exec<{ sent: number; failed: number }>(
        "select coalesce(sum(sent), 0) as sent, coalesce(sum(failed), 0) as failed from outcomes where bucket >= ?",
        bucket,
      )
      .one();
  }

  forgetOutcomes(): void {
    this.sql.exec("delete from outcomes");
  }

  /** Notes which of these people had been written to; each is counted once. */
  addOptOuts(contactIds: string[]): void {
    this.sql.exec(
      `insert into opt_outs (contact_id) select contact_id from recipients
         where sent_at is not null and contact_id in (select value from json_each(?)) on conflict do nothing`,
      JSON.stringify(contactIds),
    );
  }

  addWithdrawn(contactIds: string[], reason: Withdrawal): void {
    this.sql.exec(
      "insert into withdrawn (contact_id, reason) select value, ? from json_each(?) where true on conflict do nothing",
      reason,
      JSON.stringify(contactIds),
    );
    this.#anyWithdrawn = true;
  }

  /** Consent has been given anew. */
  forgetWithdrawn(contactIds: string[]): void {
    if (!this.#anyWithdrawn) return;
    this.sql.exec(
      "delete from withdrawn where contact_id in (select value from json_each(?))",
      JSON.stringify(contactIds),
    );
  }

  withdrawal(contactId: string): Withdrawal | null {
    if (!this.#anyWithdrawn) return null;
    const rows = this.sql.exec<{ reason: Withdrawal }>("select reason from withdrawn where contact_id = ?", contactId);
    return rows.toArray()[0]?.reason ?? null;
  }

  optOuts(): number {
    return this.sql.exec<{ n: number }>("select count(*) as n from opt_outs").one().n;
  }

  retireMessage(messageId: string): void {
    this.sql.exec("insert into retired_messages (message_id) values (?) on conflict do nothing", messageId);
    this.#anyRetired = true;
  }

  isRetired(messageId: string): boolean {
    if (!this.#anyRetired) return false;
    return this.sql.exec("select 1 from retired_messages where message_id = ?", messageId).toArray().length > 0;
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

  addEvents(events: { contactId: string; at: number; event: string; detail: string }[]): void {
    if (events.length === 0) return;
    this.sql.exec(
      `insert into events (contact_id, at, event, detail)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?)`,
      JSON.stringify(events.map((e) => [e.contactId, e.at, e.event, e.detail])),
    );
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
      .exec<{ id: number; item: string }>("select id, item from outbox order by id limit ?", limit)
      .toArray()
      .map((row) => ({ id: row.id, item: JSON.parse(row.item) }));
  }

  removeFromOutbox(ids: number[]): void {
    this.sql.exec("delete from outbox where id in (select value from json_each(?))", JSON.stringify(ids));
  }

  #records(query: string, ...bindings: SqlStorageValue[]): RecipientRecord[] {
    return this.sql
      .exec<Raw>(query, ...bindings)
      .toArray()
      .map(toRecord);
  }
}
