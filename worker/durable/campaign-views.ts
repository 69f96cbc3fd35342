import type { RecipientStatus, SkipReason } from "../core/model.ts";
import { planWaves } from "../core/waves.ts";
import { hoursOf } from "./campaign-mirror.ts";
import type { CampaignRun } from "./campaign-run.ts";
import type { CampaignFigures, Flow, HistoryEntry, RecipientQuery, RecipientRow, ReportRow } from "./rpc.ts";

type Raw = Record<string, SqlStorageValue>;
const COLUMNS = `contact_id, position, status, skip_reason, name, phone, person, vars, line_id, requested_at, sent_at,
  delivered_at, read_at, failed_at, replied_at, error_code, error_detail, message_id`;

function present(run: CampaignRun, row: Raw): RecipientRow {
  const number = (key: string) => row[key] as number | null;
  const text = (key: string) => row[key] as string | null;
  const status = row.status as RecipientStatus;
  return {
    contactId: row.contact_id as string,
    name: row.name as string,
    phone: text("phone"),
    status,
    skipReason: text("skip_reason") as SkipReason | null,
    wave: run.waveOf(number("position")),
    lineId: text("line_id"),
    requestedAt: number("requested_at"),
    sentAt: number("sent_at"),
    deliveredAt: number("delivered_at"),
    readAt: number("read_at"),
    failedAt: number("failed_at"),
    repliedAt: number("replied_at"),
    errorCode: number("error_code"),
    errorDetail: text("error_detail"),
    messageId: text("message_id"),
    text: status === "skipped" ? null : run.rendering.text(text("vars")),
  };
}

/** A page of recipients in the order of their ids; the cursor is the last id. */
export function listRecipients(
  run: CampaignRun,
  query: RecipientQuery,
): { data: RecipientRow[]; nextCursor: string | null } {
  const rows = run.storage.sql
    .exec<Raw>(
      `select ${COLUMNS} from recipients
         where contact_id > ?1 and (?2 is null or status = ?2) and (?3 is null or line_id = ?3)
           and (?4 is null or name like ?4 escape '\\' or phone like ?4 escape '\\')
         order by contact_id limit ?5`,
      query.cursor ?? "",
      query.status ?? null,
      query.lineId ?? null,
      query.q ? `%${query.q.replace(/[\\%_]/g, "\\$&")}%` : null,
      query.limit + 1,
    )
    .toArray();
  const data = rows.slice(0, query.limit).map((row) => present(run, row));
  return { data, nextCursor: rows.length > query.limit ? (data.at(-1)?.contactId ?? null) : null };
}

export function reportPage(run: CampaignRun, afterContactId: string, limit: number): ReportRow[] {
  return run.storage.sql
    .exec<Raw>(
      `select ${COLUMNS} from recipients where contact_id > ? order by contact_id limit ?`,
      afterContactId,
      limit,
    )
    .toArray()
    .map((row) => {
      const [document, customerCode, email] = JSON.parse(row.person as string) as ReportRow["document"][];
      return {
        ...present(run, row),
        document: document ?? null,
        customerCode: customerCode ?? null,
        email: email ?? null,
      };
    });
}

/** Everything that happened to one recipient, oldest first: from its columns, its events, its replies. */
export function recipientWithHistory(
  run: CampaignRun,
  contactId: string,
): (RecipientRow & { history: HistoryEntry[] }) | null {
  const { sql } = run.storage;
  const raw = sql
    .exec<Raw>(`select ${COLUMNS}, dispatch_id from recipients where contact_id = ?`, contactId)
    .toArray()[0];
  if (!raw) return null;
  const row = present(run, raw);
  const history: HistoryEntry[] = [
    {
      at: run.state.launchedAt,
      event: row.status === "skipped" && row.wave === null ? "skipped" : "prepared",
      detail: prepared(row),
    },
  ];
  if (row.status === "skipped" && row.wave !== null)
    history.push({ at: run.state.launchedAt, event: "skipped", detail: row.skipReason ?? "" });
  const dispatch = sql
    .exec<{ at: number; line_id: string; reason: string }>(
      "select at, line_id, reason from dispatches where id = ?",
      raw.dispatch_id as number | null,
    )
    .toArray()[0];
  if (dispatch)
    history.push({ at: dispatch.at, event: "queued", detail: `line ${dispatch.line_id}: ${dispatch.reason}` });
  for (const event of sql.exec<{ at: number; event: string; detail: string }>(
    "select at, event, detail from events where contact_id = ?",
    contactId,
  )) {
    history.push({ ...event });
  }
  for (const reply of sql.exec<{ at: number; kind: string; channel: string }>(
    "select at, kind, channel from replies where contact_id = ?",
    contactId,
  )) {
    history.push({ at: reply.at, event: "replied", detail: `${reply.kind}, ${reply.channel}` });
  }
  for (const [event, at] of [
    ["sent", row.sentAt],
    ["delivered", row.deliveredAt],
    ["read", row.readAt],
    ["failed", row.failedAt],
  ] as const) {
    if (at !== null)
      history.push({
        at,
        event,
        detail: event === "failed" ? `${row.errorCode ?? ""} ${row.errorDetail ?? ""}`.trim() : "",
      });
  }
  return { ...row, history: history.sort((a, b) => a.at - b.at) };
}

const prepared = (row: RecipientRow) => (row.wave === null ? (row.skipReason ?? "") : `wave ${row.wave + 1}`);

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
  const waves = state.prepared ? planWaves(state.eligible, state.waveBase ?? state.launchedAt, state.spec.pacing) : [];
  const wave = (index: number, metric: string) => tally.get(`wave/${index}/${metric}`);
  return {
    snapshot: run.snapshot(),
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
