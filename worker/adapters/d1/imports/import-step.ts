import type { KnownConsent } from "#adapters/d1/audience/consent.ts";
import { contacts } from "#adapters/d1/schema/audience.ts";
import { CONTACT_FIELDS } from "#core/audience/contact-fields.ts";
import type { GivenAddress } from "#core/imports/addresses.ts";
import { endsMemberships, type ImportChoices, marksMembers } from "#core/imports/choices.ts";
import type { RowConsent } from "#core/imports/consent.ts";
import type { ImportCursor } from "#core/imports/job.ts";
import type { ImportedRow } from "#core/imports/row.ts";

/** Some thousands of records of a file that are stored together. */
export interface ImportStep {
  importId: string;
  audienceId: string;
  choices: Omit<ImportChoices, "legalBasisReason">;
  /** Where the cursor must stand for the step to count. */
  from: number;
  cursor: ImportCursor;
  /** The step reaches the end of the file. */
  isLast: boolean;
  now: number;
  /** Ids of new contacts are this and four hexadecimal digits, so they sort by creation and by row. Another for each try. */
  contactIdPrefix: string;
  /** With what each row makes of its person's consent; null when it changes nothing. */
  rows: (ImportedRow & { line: number; consent: RowConsent | null })[];
  /** The consents by phone that were weighed: the step counts only while they stand. */
  known: ReadonlyMap<string, Pick<KnownConsent, "version">>;
  rejectedRows: number;
  warningRows: number;
  otherChannelRows: number;
  /** Given to the contacts that rows of this import have made or updated up to here, this step's own included. */
  addresses: GivenAddress[];
}

/** Where consent comes from when the file does not say. */
export const IMPORT_SOURCE = "importação";

/** D1 takes parameters of up to 2 MB; a character of our JSON is at most 3 bytes. About 1,000 rows is its advice. */
const MAX_CHUNK_ROWS = 1000;
const MAX_CHUNK_CHARS = 600_000;

/**
 * The statements of a step, for one `batch`. The first claims the step: it does nothing unless the import's cursor stands
 * at `step.from` and the consents are the ones that were weighed. The others do nothing without its claim, so a slice
 * that is delivered twice changes nothing the second time.
 */
export function importStepStatements(d1: D1Database, tenantId: string, step: ImportStep) {
  const claim = d1
    .prepare(CLAIM)
    .bind(tenantId, step.importId, step.contactIdPrefix, step.from, JSON.stringify(weighed(step)));

  // A scalar, which SQLite computes once; it turns `exists` into a join and looks at the import again for every row.
  const guard = `(select count(*) from imports where tenant_id = ?1 and id = ?2 and status = 'running'
                    and json_extract(cursor, '$.step') = ?3)`;
  const guarded = (sql: string, ...values: (string | number | null)[]) =>
    d1.prepare(sql.replace("GUARD", guard)).bind(tenantId, step.importId, step.contactIdPrefix, ...values);

  const { choices, audienceId } = step;
  const statements: D1PreparedStatement[] = [claim];
  let firstRow = 0;
  for (const { rows, json } of chunks(step)) {
    const phones = JSON.stringify(rows.map((row) => row.phone));
    if (choices.mode === "remove") {
      statements.push(guarded(COUNT_LEAVING, phones, audienceId), guarded(LEAVE_AUDIENCE, phones, audienceId));
      continue;
    }
    const events = rows.flatMap((row) => (row.consent?.isChange ? [event(row, row.consent, step)] : []));
    if (choices.clearMarks) statements.push(guarded(CLEAR_MARKS, phones, audienceId));
    statements.push(guarded(UPSERT, json, firstRow, step.now, choices.legalBasis));
    statements.push(guarded(marksMembers(choices) ? MARK_MEMBERS : JOIN_AUDIENCE, phones, audienceId));
    if (events.length > 0) statements.push(guarded(RECORD_CONSENT, JSON.stringify(events), step.now));
    firstRow += rows.length;
  }
  if (step.addresses.length > 0) statements.push(guarded(GIVE_ADDRESSES, ...addressLists(step), step.now));
  if (step.isLast) statements.push(guarded(COUNT_AUDIENCE, audienceId));
  const isEnd = step.isLast && !endsMemberships(choices);
  statements.push(
    guarded(
      MOVE_CURSOR,
      JSON.stringify(step.cursor),
      step.rows.length,
      step.rejectedRows,
      step.warningRows,
      step.otherChannelRows,
      step.now,
      isEnd ? "completed" : "running",
      isEnd ? step.now : null,
      step.isLast && !isEnd ? "removal" : "write",
    ),
  );
  const nos = step.rows.filter((row) => row.consent?.isChange && row.consent.status === "revoked");
  const phones = nos.map((row) => row.phone);
  statements.push(d1.prepare(REVOKED).bind(tenantId, JSON.stringify(phones), step.now));
  return { statements, claimAt: 0, revokedAt: statements.length - 1 };
}

type StepRow = ImportStep["rows"][number];

/** The consent event of a row names the import and the line that is the proof. */
const consentId = (row: StepRow, { importId }: ImportStep) => `${importId}:${row.line}`;

/** The consents that the step's words were weighed against: phone and what changes whenever the consent does. */
function weighed({ rows, known }: ImportStep) {
  const phones = new Set(rows.filter((row) => row.optIn !== null).map((row) => row.phone));
  return [...phones].map((phone) => {
    const version = known.get(phone)?.version;
    return [phone, version?.consentId ?? null, version?.lastNoAt ?? null];
  });
}

/** One row as the upsert reads it. Its consent is the one that the row leads to, without an id when nothing changes. */
function tuple(row: StepRow, step: ImportStep) {
  const { consent } = row;
  return [
    row.phone,
    row.name,
    row.hashtags,
    row.attributes,
    consent?.status ?? "unknown",
    consent?.status === "granted" ? (row.optInSource ?? IMPORT_SOURCE) : null,
    consent?.status === "granted" ? consent.yesAt : null,
    consent?.noAt ?? null,
    consent?.isChange ? consentId(row, step) : null,
    ...CONTACT_FIELDS.map((field) => row[field]),
  ];
}

function event(row: StepRow, { status, yesAt, noAt }: RowConsent, step: ImportStep) {
  const source = status === "granted" ? (row.optInSource ?? IMPORT_SOURCE) : IMPORT_SOURCE;
  return [row.phone, consentId(row, step), status, source, status === "granted" ? yesAt : noAt];
}

/**
 * Addresses by document and by customer code, as JSON of `[key, place in the file, address, has a document]`. Of two for one
 * key the later counts. Two people may have one code, so it tells only where one side has no document.
 */
function addressLists({ addresses }: ImportStep): [byDocument: string, byCode: string] {
  const byDocument = new Map<string, unknown[]>();
  const byCode = new Map<string, unknown[]>();
  for (const [place, { document, customerCode, email }] of addresses.entries()) {
    if (document) byDocument.set(document, [document, place, email]);
    if (customerCode)
      byCode.set(`${customerCode}\n${document === null}`, [customerCode, place, email, document !== null]);
  }
  return [JSON.stringify([...byDocument.values()]), JSON.stringify([...byCode.values()])];
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

const CLAIM = `
update imports set cursor = json_set(cursor, '$.step', ?3)
where tenant_id = ?1 and id = ?2 and status = 'running' and pass = 'write' and json_extract(cursor, '$.offset') = ?4
  and not exists (
    select 1 from json_each(?5) as weighed
    left join contacts on contacts.tenant_id = ?1 and contacts.phone = weighed.value ->> 0
    where contacts.consent_id is not weighed.value ->> 1 or contacts.last_no_at is not weighed.value ->> 2)`;

/** The row says something new of the person's consent. */
const CHANGES = "excluded.consent_id is not null";
const GRANTS = `${CHANGES} and excluded.opt_in_status = 'granted'`;

/** How many cells of a tuple stand before the contact's fields. */
const CELLS_BEFORE_FIELDS = 9;
/** The fields' columns, their cells in a tuple, and what an update makes of them: a blank cell erases nothing. */
const FIELD_COLUMNS = CONTACT_FIELDS.map((field) => contacts[field].name);
const FIELD_CELLS = FIELD_COLUMNS.map((_, index) => `value ->> ${CELLS_BEFORE_FIELDS + index}`);
const FIELD_UPDATES = FIELD_COLUMNS.map((column) => `${column} = coalesce(excluded.${column}, contacts.${column})`);

/** SQLite takes the rows one by one, so a phone that stands twice in a step is inserted first and updated then. */
const UPSERT = `
insert into contacts (id, tenant_id, phone, name, hashtags, attributes,
                      opt_in_status, opt_in_source, opt_in_at, last_no_at, consent_id, ${FIELD_COLUMNS.join(", ")},
                      opt_out_at, opt_out_reason, legal_basis, import_id, created_at, updated_at)
select ?3 || printf('%04x', ?5 + key), ?1, value ->> 0, value ->> 1, value -> 2, value -> 3,
       value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, ${FIELD_CELLS.join(", ")},
       case value ->> 4 when 'revoked' then ?6 end, case value ->> 4 when 'revoked' then '${IMPORT_SOURCE}' end,
       ?7, ?2, ?6, ?6
from json_each(?4) where GUARD
on conflict (tenant_id, phone) do update set
  name = case excluded.name when '' then contacts.name else excluded.name end,
  ${FIELD_UPDATES.join(", ")},
  hashtags = case when excluded.hashtags in ('[]', contacts.hashtags) then contacts.hashtags else (
    select json_group_array(value) from (
      select value from json_each(contacts.hashtags)
      union all
      select value from json_each(excluded.hashtags)
      where value not in (select value from json_each(contacts.hashtags)))) end,
  attributes = case when excluded.attributes in ('{}', contacts.attributes) then contacts.attributes
                    else json_patch(contacts.attributes, excluded.attributes) end,
  opt_in_status = case when ${CHANGES} then excluded.opt_in_status else contacts.opt_in_status end,
  opt_in_source = case when ${GRANTS} then excluded.opt_in_source else contacts.opt_in_source end,
  opt_in_at = case when ${GRANTS} then excluded.opt_in_at else contacts.opt_in_at end,
  opt_out_at = case when ${CHANGES} then excluded.opt_out_at else contacts.opt_out_at end,
  opt_out_reason = case when ${CHANGES} then excluded.opt_out_reason else contacts.opt_out_reason end,
  last_no_at = coalesce(excluded.last_no_at, contacts.last_no_at),
  consent_id = coalesce(excluded.consent_id, contacts.consent_id),
  legal_basis = coalesce(excluded.legal_basis, contacts.legal_basis),
  import_id = excluded.import_id,
  updated_at = excluded.updated_at`;

const JOIN_AUDIENCE = `
insert or ignore into audience_members (tenant_id, audience_id, contact_id)
select ?1, ?5, contacts.id
from json_each(?4) as phone cross join contacts on contacts.tenant_id = ?1 and contacts.phone = phone.value
where GUARD`;

/** The same, and each of these members bears the mark of the import. */
const MARK_MEMBERS = `
insert into audience_members (tenant_id, audience_id, contact_id, import_id)
select ?1, ?5, contacts.id, ?2
from json_each(?4) as phone cross join contacts on contacts.tenant_id = ?1 and contacts.phone = phone.value
where GUARD
on conflict (tenant_id, audience_id, contact_id) do update set import_id = excluded.import_id
where audience_members.import_id is not excluded.import_id`;

/** Before the first row of a person is stored, who bears no mark of the import until then: what it wrote itself stays. */
const CLEAR_MARKS = `
update contacts set hashtags = '[]', attributes = '{}'
where tenant_id = ?1 and phone in (select value from json_each(?4)) and (hashtags <> '[]' or attributes <> '{}')
  and not exists (select 1 from audience_members where tenant_id = ?1 and audience_id = ?5
                    and contact_id = contacts.id and audience_members.import_id = ?2)
  and GUARD`;

const LEAVING = `
from audience_members where tenant_id = ?1 and audience_id = ?5 and contact_id in (
  select contacts.id from json_each(?4) as phone
  cross join contacts on contacts.tenant_id = ?1 and contacts.phone = phone.value)`;

/** Right before they leave: the members whom the rows name, each once. */
const COUNT_LEAVING = `
update imports set removed_contacts = removed_contacts + (select count(*) ${LEAVING})
where tenant_id = ?1 and id = ?2 and GUARD`;
const LEAVE_AUDIENCE = `delete ${LEAVING} and GUARD`;

/** One event for each row that changed its person's consent. */
const RECORD_CONSENT = `
insert or ignore into consent_events (tenant_id, contact_id, id, status, source, at, recorded_at)
select ?1, contacts.id, said.value ->> 1, said.value ->> 2, said.value ->> 3, said.value ->> 4, ?5
from json_each(?4) as said cross join contacts on contacts.tenant_id = ?1 and contacts.phone = said.value ->> 0
where GUARD`;

/** More contacts than this with one document or code: it fills a column and names nobody. It bounds the rows read, too. */
const MOST_PHONES = 20;
const namesSomebody = (column: string) => `
    (select count(*) from (select 1 from contacts as namesake
       where namesake.tenant_id = ?1 and namesake.${column} = said.value ->> 0 limit ${MOST_PHONES + 1})) <= ${MOST_PHONES}`;

/** Who rows of this import have written, and does not have the address already; of two addresses the later in the file. */
const GIVE_ADDRESSES = `
update contacts set email = given.email, updated_at = ?6
from (
  select id, max(place), email from (
    select contacts.id, said.value ->> 1 as place, said.value ->> 2 as email
    from json_each(?4) as said cross join contacts
      on contacts.tenant_id = ?1 and contacts.document = said.value ->> 0 and contacts.import_id = ?2
    where ${namesSomebody("document")}
    union all
    select contacts.id, said.value ->> 1, said.value ->> 2
    from json_each(?5) as said cross join contacts
      on contacts.tenant_id = ?1 and contacts.customer_code = said.value ->> 0 and contacts.import_id = ?2
        and (contacts.document is null or not said.value ->> 3)
    where ${namesSomebody("customer_code")}
  ) group by id
) as given
where contacts.tenant_id = ?1 and contacts.id = given.id and contacts.email is not given.email and GUARD`;

const COUNT_AUDIENCE = `
update audiences
set contact_count = (select count(*) from audience_members where tenant_id = ?1 and audience_id = ?4)
where tenant_id = ?1 and id = ?4 and GUARD`;

/** What was inserted has an id of this step; every other row that was taken is an update. */
const MOVE_CURSOR = `
update imports set
  cursor = ?4,
  total_rows = total_rows + ?5 + ?6 + ?8,
  imported_rows = imported_rows + made.contacts,
  updated_rows = updated_rows + ?5 - made.contacts,
  rejected_rows = rejected_rows + ?6,
  warning_rows = warning_rows + ?7,
  other_channel_rows = other_channel_rows + ?8,
  moved_at = ?9, recovery_attempts = 0, status = ?10, completed_at = ?11, pass = ?12
from (select count(*) as contacts from contacts where tenant_id = ?1 and id > ?3 and id < ?3 || '~') as made
where imports.tenant_id = ?1 and imports.id = ?2 and GUARD`;

const REVOKED = `
select id from contacts
where tenant_id = ?1 and phone in (select value from json_each(?2)) and opt_in_status = 'revoked' and opt_out_at = ?3`;
