import type { SkipReason } from "#core/audience/exclusion.ts";
import type { AlertFacts, AlertKind, NewAlert } from "#core/operations/alert.ts";
import type { HistoryEvent } from "#core/sending/history.ts";
import type { RecipientState } from "#core/sending/recipient-status.ts";

/*
 * Indexes are partial on purpose: leaving one costs no write, and only rows that wait or are under way are ever looked
 * for. Rendered texts are not kept: values are, and the text is made when it is sent or shown.
 */
export const STEPS = [
  `create table state (key text primary key, value text not null) without rowid;
   create table counters (key text primary key, value integer not null) without rowid;
   create table recipients (
     contact_id text primary key,
     position integer,
     status text not null,
     skip_reason text,
     name text not null,
     phone text,
     person text not null,
     vars text,
     line_id text,
     pinned_line text,
     dispatch_id integer,
     attempt integer not null default 0,
     tries integer not null default 0,
     waited integer not null default 0,
     not_before integer not null default 0,
     claim_id text,
     lease_until integer,
     requested_at integer,
     sent_at integer,
     delivered_at integer,
     read_at integer,
     failed_at integer,
     replied_at integer,
     error_code integer,
     error_detail text,
     message_id text
   ) without rowid;
   create index recipients_pending on recipients (position) where status = 'pending';
   create index recipients_under_way on recipients (lease_until, line_id) where status in ('queued', 'sending');
   -- Why recipients were given to a line at a tick.
   create table dispatches (id integer primary key, at integer not null, line_id text not null, reason text not null);
   -- What happened to a recipient beside what its own columns tell: tries, waits, changes by people.
   create table events (id integer primary key, contact_id text not null, at integer not null, event text not null, detail text not null);
   create index events_contact on events (contact_id);
   create table replies (message_id text primary key, contact_id text not null, at integer not null, kind text not null, channel text not null) without rowid;
   -- What others must be told; kept until they have been.
   create table outbox (id integer primary key, item text not null);`,
  `alter table recipients add column doubt_ends integer;
   create index recipients_unknown on recipients (doubt_ends) where status = 'unknown';
   -- Sends that ended, by when, for the circuit breaker.
   create table outcomes (bucket integer primary key, sent integer not null, failed integer not null);
   -- Who opted out after this campaign had written to them.
   create table opt_outs (contact_id text primary key) without rowid;
   -- Messages whose recipients were given another try: what is told of them later is about the past.
   create table retired_messages (message_id text primary key) without rowid;`,
  `-- Who must get nothing any more: no row of theirs waits again.
   create table withdrawn (contact_id text primary key, reason text not null) without rowid;`,
  `-- Sends whose result is not known yet: the lease belongs to the claim, the rows only name it.
   create table claims (claim_id text primary key, lease_until integer not null, contact_ids text not null) without rowid;
   -- Whoever waits is in one of these: a first try by its position, a later one by its time.
   create index recipients_first on recipients (position) where status = 'pending' and not_before = 0;
   create index recipients_later on recipients (not_before) where status = 'pending' and not_before > 0;
   drop index recipients_pending;
   drop index recipients_under_way;
   drop table outcomes;`,
  `-- Messages in the order in which they were accepted, about a hundred a row: marks of their ids, and whose they are.
   -- An index on the recipients' message ids would cost a write for each.
   create table message_marks (id integer primary key, marks blob not null, contact_ids text not null);`,
  `-- Few are ever tied to a line, and each tick asks how many.
   create index recipients_pinned on recipients (pinned_line) where status = 'pending' and pinned_line is not null;`,
  // What the last tick saw names the lines' cooldowns.
  `update state set value = replace(value, '"resting":', '"cooldown":') where key = 'waits'`,
  `alter table recipients rename column doubt_ends to unconfirmed_until;
   alter table withdrawn rename to excluded_contacts;`,
  `update state set value = replace(replace(replace(replace(value,
       '"waveBase":', '"firstWaveAt":'), '"waveClock":', '"waveAnchorAt":'),
       '"factsAt":', '"catalogueReadAt":'), '"mirrorDirty":', '"needsFlush":')
     where key = 'campaign'`,
  `alter table recipients rename column person to report_fields;
   alter table retired_messages rename to superseded_messages;`,
  `-- Whose messages D1 has not been told of, about a hundred a row.
   create table untold_sends (id integer primary key, urgency text not null, contact_ids text not null);`,
];

/** A row as it changes after preparation. */
export interface RecipientRecord extends RecipientState {
  contactId: string;
  position: number | null;
  skipReason: SkipReason | null;
  phone: string | null;
  vars: string | null;
  lineId: string | null;
  pinnedLine: string | null;
  dispatchId: number | null;
  attempt: number;
  tries: number;
  waited: number;
  notBefore: number;
  claimId: string | null;
  requestedAt: number | null;
  /** Until when the status of an unconfirmed send may still come. */
  unconfirmedUntil: number | null;
}

export interface NewRecipient {
  contactId: string;
  position: number | null;
  status: "pending" | "skipped";
  skipReason: SkipReason | null;
  name: string;
  phone: string | null;
  /** The contact's fields for the report, in the order of `CONTACT_FIELDS`. */
  reportFields: (string | null)[];
  vars: string | null;
}

/** What happened to a recipient beside what its own columns tell. */
export interface RecipientNote {
  contactId: string;
  at: number;
  happened: HistoryEvent;
}

export type OutboxItem =
  | { kind: "raise"; alert: NewAlert }
  /**
   * An alert as the release before put it down, in words; one may have waited since. Ours have a kind of their own: its
   * code leaves them where they are, should it come back.
   */
  | {
      kind: "alert";
      alert: AlertKind;
      severity: "warning" | "critical";
      message: string;
      subject: string;
      facts?: AlertFacts;
    }
  | { kind: "opt_out"; contactId: string; reason: string }
  | { kind: "strike"; contactId: string };

/** Any other was put down by a later release, which will find it when it is back. */
export const OUTBOX_KINDS = ["raise", "alert", "opt_out", "strike"] satisfies OutboxItem["kind"][];

/** Fields that change, with their columns. */
export const MUTABLE = [
  ["phone", "phone"],
  ["status", "status"],
  ["skipReason", "skip_reason"],
  ["lineId", "line_id"],
  ["pinnedLine", "pinned_line"],
  ["dispatchId", "dispatch_id"],
  ["attempt", "attempt"],
  ["tries", "tries"],
  ["waited", "waited"],
  ["notBefore", "not_before"],
  ["claimId", "claim_id"],
  ["requestedAt", "requested_at"],
  ["sentAt", "sent_at"],
  ["deliveredAt", "delivered_at"],
  ["readAt", "read_at"],
  ["failedAt", "failed_at"],
  ["repliedAt", "replied_at"],
  ["errorCode", "error_code"],
  ["errorDetail", "error_detail"],
  ["messageId", "message_id"],
  ["unconfirmedUntil", "unconfirmed_until"],
] as const satisfies [keyof RecipientRecord, string][];

/** Every field of a record, with its column. */
const FIELDS = [
  ["contactId", "contact_id"],
  ["position", "position"],
  ["vars", "vars"],
  ...MUTABLE,
] as const satisfies [keyof RecipientRecord, string][];

export const COLUMNS = FIELDS.map(([, column]) => column).join(", ");

/** @param cells of a row as `COLUMNS` names them: places and not names, since rows are read by the thousand */
export function toRecord(cells: SqlStorageValue[]): RecipientRecord {
  const record = {} as Record<(typeof FIELDS)[number][0], unknown>;
  FIELDS.forEach(([field], place) => {
    record[field] = cells[place];
  });
  // A field that `FIELDS` leaves out does not compile here.
  const whole: { [Field in keyof RecipientRecord]: unknown } = record;
  return whole as RecipientRecord;
}
