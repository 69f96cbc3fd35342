import type { CampaignFigures, Flow, HistoryEntry, RecipientQuery } from "#contracts/campaign-rpc.ts";
import type { AttendanceChannel } from "#core/audience/contact.ts";
import { byField } from "#core/audience/contact-fields.ts";
import type { SkipReason } from "#core/audience/exclusion.ts";
import type { ReportRow } from "#core/reports/report-row.ts";
import { detailOf, type HistoryEvent, readEvent } from "#core/sending/history.ts";
import type { RecipientRow, RecipientStatus } from "#core/sending/recipient.ts";
import { finds, personTerms } from "#core/shared/search.ts";
import { hoursOf } from "./projection.ts";
import type { CampaignRun } from "./run.ts";
import { snapshotOf } from "./snapshot.ts";
import { wavesOf } from "./waves.ts";

/** In the order in which `present` takes them. */
const COLUMNS = `contact_id, position, status, skip_reason, name, phone, vars, line_id, requested_at, sent_at,
  delivered_at, read_at, failed_at, replied_at, error_code, error_detail, message_id`;
type Instant = number | null;
type Text = string | null;
/** Rows as arrays: a report reads a million of them, and objects by name take three times as long. */
type Cells = [
  contactId: string,
  position: number | null,
  status: RecipientStatus,
  skipReason: SkipReason | null,
  name: string,
  phone: Text,
  vars: Text,
  lineId: Text,
  requestedAt: Instant,
  sentAt: Instant,
  deliveredAt: Instant,
  readAt: Instant,
  failedAt: Instant,
  repliedAt: Instant,
  errorCode: number | null,
  errorDetail: Text,
  messageId: Text,
  more: SqlStorageValue,
];

function select(run: CampaignRun, more: string, clauses: string, ...bindings: SqlStorageValue[]): Cells[] {
  const rows = run.storage.sql.exec(`select ${COLUMNS}, ${more} from recipients ${clauses}`, ...bindings).raw<Cells>();
  return [...rows];
}

function present(run: CampaignRun, cells: Cells): RecipientRow {
  const [
    contactId,
    position,
    status,
    skipReason,
    name,
    phone,
    vars,
    lineId,
    requestedAt,
    sentAt,
    deliveredAt,
    ...rest
  ] = cells;
  const [readAt, failedAt, repliedAt, errorCode, errorDetail, messageId] = rest;
  // On the queue is nothing that the row says: it is written down with the claim.
  const queued = status === "pending" ? run.pipeline.queued.get(contactId) : undefined;
  return {
    contactId,
    name,
    phone,
    status: queued ? "queued" : status,
    skipReason,
    wave: run.waveOf(position),
    lineId: queued?.lineId ?? lineId,
    requestedAt: queued?.requestedAt ?? requestedAt,
    sentAt,
    deliveredAt,
    readAt,
    failedAt,
    repliedAt,
    errorCode,
    errorDetail,
    messageId,
    text: status === "skipped" ? null : run.rendering.text(vars),
  };
}

const AFTER_ALL_IDS = "\u{10ffff}";
/** Recipients that one question looks at: some 100 ms in which the object does nothing else. */
export const LOOKED_AT = 20_000;

/**
 * A page of recipients in the order of their ids. Filters may find little in a large campaign, so a page may be short,
 * or empty, and still not be the last: the cursor is then the last id that was looked at.
 */
export function listRecipients(
  run: CampaignRun,
  { cursor = "", limit, status, lineId, q = "" }: RecipientQuery,
): { data: RecipientRow[]; nextCursor: string | null } {
  const { sql } = run.storage;
  const terms = personTerms(q);
  const [edge] = sql
    .exec(
      "select contact_id from recipients where contact_id > ? order by contact_id limit 1 offset ?",
      cursor,
      LOOKED_AT - 1,
    )
    .raw<[string]>();
  const candidates = sql
    .exec(
      `select contact_id, name, phone, report_fields from recipients
         where contact_id > ?1 and contact_id <= ?2 and (?3 is null or status = ?3)
           and (?4 is null or line_id = ?4)
           and (?5 is null or (contact_id in (select value from json_each(?6))) = ?5)
         order by contact_id`,
      cursor,
      edge?.[0] ?? AFTER_ALL_IDS,
      (status === "queued" ? "pending" : status) ?? null,
      lineId ?? null,
      // On the queue is nothing that a row says.
      status === "queued" || status === "pending" ? Number(status === "queued") : null,
      JSON.stringify([...run.pipeline.queued.keys()]),
    )
    .raw<[contactId: string, name: string, phone: Text, reportFields: string]>();
  const ids: string[] = [];
  for (const [contactId, ...texts] of candidates) {
    // SQLite knows no accents; what it has left out by itself is not read.
    if (finds(terms, ...texts) && ids.push(contactId) > limit) break;
  }
  const data = select(
    run,
    "null",
    "where contact_id in (select value from json_each(?)) order by contact_id",
    JSON.stringify(ids.slice(0, limit)),
  ).map((row) => present(run, row));
  return { data, nextCursor: ids.length > limit ? (data.at(-1)?.contactId ?? null) : (edge?.[0] ?? null) };
}

export function reportPage(run: CampaignRun, afterContactId: string, limit: number): ReportRow[] {
  return select(run, "report_fields", "where contact_id > ? order by contact_id limit ?", afterContactId, limit).map(
    (cells) => {
      const values = JSON.parse(String(cells[17])) as Text[];
      // Prepared before the last fields were there, a row has fewer.
      return { ...present(run, cells), ...byField((_, place) => values[place] ?? null) };
    },
  );
}

/** Everything that happened to one recipient, oldest first: from its columns, its events, its replies. */
export function recipientWithHistory(
  run: CampaignRun,
  contactId: string,
): (RecipientRow & { history: HistoryEntry[] }) | null {
  const { sql } = run.storage;
  const [cells] = select(run, "dispatch_id", "where contact_id = ?", contactId);
  if (!cells) return null;
  const row = present(run, cells);
  const dispatchId = run.pipeline.queued.get(contactId)?.dispatchId ?? cells[17];
  const { launchedAt, completedAt } = run.state;
  const history: HistoryEntry[] = [
    row.status === "skipped" && row.skipReason !== null && row.wave === null
      ? entryOf(launchedAt, { event: "skipped", reason: row.skipReason })
      : entryOf(launchedAt, { event: "prepared", wave: row.wave }),
  ];
  if (row.status === "skipped" && row.wave !== null && row.skipReason === "cancelled")
    history.push(entryOf(completedAt ?? launchedAt, { event: "skipped", reason: row.skipReason }));
  const dispatch = sql
    .exec<{ at: number; line_id: string; reason: string }>(
      "select at, line_id, reason from dispatches where id = ?",
      dispatchId,
    )
    .toArray()[0];
  if (dispatch)
    history.push(entryOf(dispatch.at, { event: "queued", lineId: dispatch.line_id, choice: dispatch.reason }));
  for (const { at, ...stored } of sql.exec<{ at: number; event: string; detail: string }>(
    "select at, event, detail from events where contact_id = ?",
    contactId,
  )) {
    const happened = readEvent(stored.event, stored.detail);
    history.push(happened ? entryOf(at, happened) : { at, ...stored });
  }
  for (const { at, ...reply } of sql.exec<{ at: number; kind: string; channel: AttendanceChannel }>(
    "select at, kind, channel from replies where contact_id = ?",
    contactId,
  )) {
    history.push(entryOf(at, { event: "replied", ...reply }));
  }
  for (const [at, happened] of [
    [row.sentAt, { event: "sent" }],
    [row.deliveredAt, { event: "delivered" }],
    [row.readAt, { event: "read" }],
    [row.failedAt, { event: "failed", code: row.errorCode, message: row.errorDetail ?? "" }],
  ] as const) {
    if (at !== null) history.push(entryOf(at, happened));
  }
  return { ...row, history: history.sort((a, b) => a.at - b.at) };
}

const entryOf = (at: number, happened: HistoryEvent): HistoryEntry => ({
  at,
  event: happened.event,
  detail: detailOf(happened),
  parameters: happened,
});

const noFlow = (): Flow => ({ sent: 0, delivered: 0, read: 0, failed: 0, replied: 0 });

/** Figures from the running counters; nothing here reads rows. */
export function figures(run: CampaignRun): CampaignFigures {
  const { tally } = run.storage;
  const { state } = run;
  const hours = hoursOf(run);
  const byHour = new Map<number, CampaignFigures["byHour"][number]>();
  const byLine = new Map<string, CampaignFigures["byLine"][number]>();
  for (const { hour, lineId, ...metrics } of hours) {
    const hourly = byHour.get(hour) ?? { hour, ...noFlow(), idr: 0, operation: 0 };
    const perLine = byLine.get(lineId) ?? { lineId, ...noFlow() };
    for (const metric of ["sent", "delivered", "read", "failed", "replied"] as const) {
      hourly[metric] += metrics[metric];
      perLine[metric] += metrics[metric];
    }
    hourly.idr += metrics.idr;
    hourly.operation += metrics.operation;
    byHour.set(hour, hourly);
    if (lineId.startsWith("lin_")) byLine.set(lineId, perLine);
  }
  const waves = state.prepared ? wavesOf(run) : [];
  const wave = (index: number, metric: string) => tally.get(`wave/${index}/${metric}`);
  return {
    snapshot: snapshotOf(run),
    byHour: [...byHour.values()],
    byLine: [...byLine.values()],
    byWave: waves.map(({ index, at, count }) => ({
      wave: index,
      at,
      total: count,
      pending: wave(index, "pending"),
      skipped: wave(index, "skipped"),
      sent: wave(index, "sent"),
      delivered: wave(index, "delivered"),
      read: wave(index, "read"),
      failed: wave(index, "failed"),
      replied: wave(index, "replied"),
    })),
    byError: tally.entries("error/").map(([[code], count]) => ({ code: Number(code), count })),
    bySkip: tally.entries("skip/").map(([[reason], count]) => ({ reason: reason as SkipReason, count })),
  };
}
