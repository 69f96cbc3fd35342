import type { ImportCursor } from "../../core/import/job.ts";
import type { ImportedRow } from "../../core/import/row.ts";

/** Some thousands of records of a file that are stored together. */
export interface ImportStep {
  importId: string;
  audienceId: string;
  /** Where the cursor must stand for the step to count. */
  from: number;
  cursor: ImportCursor;
  /** The step reaches the end of the file. */
  isLast: boolean;
  now: number;
  /** Ids of new contacts are this and four hexadecimal digits, so they sort by creation and by row. */
  contactIdPrefix: string;
  rows: (ImportedRow & { line: number })[];
  rejectedRows: number;
}

/** Where consent comes from when the file does not say. */
export const IMPORT_SOURCE = "importação";

/** D1 takes parameters of up to 2 MB; a character of our JSON is at most 3 bytes. About 1,000 rows is its advice. */
const MAX_CHUNK_ROWS = 1000;
const MAX_CHUNK_CHARS = 600_000;

/**
 * The statements of a step, for one `batch`. Each of them does nothing unless the import's cursor stands at
 * `step.from`, so a slice that is delivered twice changes nothing the second time.
 */
export function importStepStatements(d1: D1Database, tenantId: string, step: ImportStep) {
  // A scalar, which SQLite computes once; it turns `exists` into a join and looks at the import again for every row.
  const guard = `(select count(*) from imports where tenant_id = ?1 and id = ?2 and status = 'running'
                    and json_extract(cursor, '$.offset') = ?3)`;
  const guarded = (sql: string, ...values: (string | number | null)[]) =>
    d1.prepare(sql.replace("GUARD", guard)).bind(tenantId, step.importId, step.from, ...values);

  const statements: D1PreparedStatement[] = [];
  let firstRow = 0;
  for (const { rows, json } of chunks(step)) {
    const phones = rows.map((row) => row.phone);
    const consents = rows.flatMap((row) => (row.optIn === null ? [] : [[row.phone, consentId(row, step)]]));
    statements.push(guarded(UPSERT, json, step.contactIdPrefix, firstRow, step.now));
    statements.push(guarded(JOIN_AUDIENCE, JSON.stringify(phones), step.audienceId));
    if (consents.length > 0) statements.push(guarded(RECORD_CONSENT, JSON.stringify(consents), step.now));
    firstRow += rows.length;
  }
  if (step.isLast) statements.push(guarded(COUNT_AUDIENCE, step.audienceId));

  const cursorAt = statements.length;
  const warnings = step.rows.filter((row) => row.hasWarning).length;
  statements.push(
    guarded(
      MOVE_CURSOR,
      JSON.stringify(step.cursor),
      step.rows.length,
      step.rejectedRows,
      warnings,
      step.now,
      step.contactIdPrefix,
      step.isLast ? "completed" : "running",
      step.isLast ? step.now : null,
    ),
  );
  const nos = step.rows.filter((row) => row.optIn === "no").map((row) => row.phone);
  statements.push(d1.prepare(REVOKED).bind(tenantId, JSON.stringify(nos), step.now));
  return { statements, cursorAt, revokedAt: cursorAt + 1 };
}

type StepRow = ImportStep["rows"][number];

/** The consent event of a row names the import and the line that is the proof. */
const consentId = (row: StepRow, { importId }: ImportStep) => `${importId}:${row.line}`;

/**
 * One row as the upsert reads it. A consent in the future is no date: it counts as given now, like one without a date.
 * A "no" has a consent id but no status of its own, since it means something only where there was a "yes".
 */
function tuple(row: StepRow, step: ImportStep) {
  const isYes = row.optIn === "yes";
  return [
    row.phone,
    row.name,
    row.document,
    row.customerCode,
    row.email,
    row.hashtags,
    row.attributes,
    isYes ? "granted" : "unknown",
    isYes ? (row.optInSource ?? IMPORT_SOURCE) : null,
    isYes ? Math.min(row.optInAt ?? step.now, step.now) : null,
    row.optIn === null ? null : consentId(row, step),
  ];
}

/** The rows in parts that fit one parameter each; `json` is an array of tuples. */
function* chunks(step: ImportStep): Generator<{ rows: StepRow[]; json: string }> {
  let rows: StepRow[] = [];
  let parts: string[] = [];
  let chars = 0;
  for (const row of step.rows) {
    const part = JSON.stringify(tuple(row, step));
    if (rows.length === MAX_CHUNK_ROWS || (rows.length > 0 && chars + part.length > MAX_CHUNK_CHARS)) {
      yield { rows, json: `[${parts.join(",")}]` };
      [rows, parts, chars] = [[], [], 0];
    }
    rows.push(row);
    parts.push(part);
    chars += part.length + 1;
  }
  if (rows.length > 0) yield { rows, json: `[${parts.join(",")}]` };
}

/*
 * The rule of consent, where `contacts` is what we know and `excluded` what the file says. A dated "yes" counts when
 * it is newer than the opt-out or the consent that we know; an undated one only while nobody has said anything. So no
 * import undoes an opt-out, unless the person agreed after it. "No" takes back a consent that was given.
 * An undated "yes" carries the step's own instant, which is how it is told from a dated one.
 */
const GRANTS = `excluded.opt_in_status = 'granted' and (contacts.opt_in_status = 'unknown'
  or (excluded.opt_in_at < excluded.updated_at and excluded.opt_in_at >
      case contacts.opt_in_status when 'revoked' then contacts.opt_out_at else contacts.opt_in_at end))`;
const REVOKES = `excluded.opt_in_status = 'unknown' and excluded.consent_id is not null
  and contacts.opt_in_status = 'granted'`;

/** SQLite takes the rows one by one, so a phone that stands twice in a step is inserted first and updated then. */
const UPSERT = `
insert into contacts (id, tenant_id, phone, name, document, customer_code, email, hashtags, attributes,
                      opt_in_status, opt_in_source, opt_in_at, consent_id, import_id, created_at, updated_at)
select ?5 || printf('%04x', ?6 + key), ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value -> 5, value -> 6,
       value ->> 7, value ->> 8, value ->> 9, value ->> 10, ?2, ?7, ?7
from json_each(?4) where GUARD
on conflict (tenant_id, phone) do update set
  name = case excluded.name when '' then contacts.name else excluded.name end,
  document = coalesce(excluded.document, contacts.document),
  customer_code = coalesce(excluded.customer_code, contacts.customer_code),
  email = coalesce(excluded.email, contacts.email),
  hashtags = case when excluded.hashtags in ('[]', contacts.hashtags) then contacts.hashtags else (
    select json_group_array(value) from (
      select value from json_each(contacts.hashtags)
      union all
      select value from json_each(excluded.hashtags)
      where value not in (select value from json_each(contacts.hashtags)))) end,
  attributes = case when excluded.attributes in ('{}', contacts.attributes) then contacts.attributes
                    else json_patch(contacts.attributes, excluded.attributes) end,
  opt_in_status = case when ${GRANTS} then 'granted' when ${REVOKES} then 'revoked' else contacts.opt_in_status end,
  opt_in_source = case when ${GRANTS} then excluded.opt_in_source else contacts.opt_in_source end,
  opt_in_at = case when ${GRANTS} then excluded.opt_in_at else contacts.opt_in_at end,
  opt_out_at = case when ${GRANTS} then null when ${REVOKES} then excluded.updated_at else contacts.opt_out_at end,
  opt_out_reason = case when ${GRANTS} then null when ${REVOKES} then '${IMPORT_SOURCE}' else contacts.opt_out_reason end,
  consent_id = case when ${GRANTS} or ${REVOKES} then excluded.consent_id else contacts.consent_id end,
  import_id = excluded.import_id,
  updated_at = excluded.updated_at`;

const JOIN_AUDIENCE = `
insert or ignore into audience_members (tenant_id, audience_id, contact_id)
select ?1, ?5, contacts.id
from json_each(?4) as phone cross join contacts on contacts.tenant_id = ?1 and contacts.phone = phone.value
where GUARD`;

/** One event for each contact whose consent stands as this step's row left it. */
const RECORD_CONSENT = `
insert or ignore into consent_events (tenant_id, contact_id, id, status, source, at, recorded_at)
select ?1, contacts.id, contacts.consent_id, contacts.opt_in_status,
       case contacts.opt_in_status when 'granted' then contacts.opt_in_source else '${IMPORT_SOURCE}' end,
       case contacts.opt_in_status when 'granted' then contacts.opt_in_at else ?5 end, ?5
from json_each(?4) as said cross join contacts on contacts.tenant_id = ?1 and contacts.phone = said.value ->> 0
where contacts.consent_id = said.value ->> 1 and GUARD`;

const COUNT_AUDIENCE = `
update audiences
set contact_count = (select count(*) from audience_members where tenant_id = ?1 and audience_id = ?4)
where tenant_id = ?1 and id = ?4 and GUARD`;

/** What was inserted has an id of this step; every other row that was taken is an update. */
const MOVE_CURSOR = `
update imports set
  cursor = ?4,
  total_rows = total_rows + ?5 + ?6,
  imported_rows = imported_rows + made.contacts,
  updated_rows = updated_rows + ?5 - made.contacts,
  rejected_rows = rejected_rows + ?6,
  warning_rows = warning_rows + ?7,
  moved_at = ?8, wakes = 0, status = ?10, completed_at = ?11
from (select count(*) as contacts from contacts where tenant_id = ?1 and id > ?9 and id < ?9 || '~') as made
where imports.tenant_id = ?1 and imports.id = ?2 and GUARD`;

const REVOKED = `
select id from contacts
where tenant_id = ?1 and phone in (select value from json_each(?2)) and opt_in_status = 'revoked' and opt_out_at = ?3`;
