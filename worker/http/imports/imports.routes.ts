import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type CheckFigures, type ImportPass, onlyReads, rejectsTooMuch } from "#core/imports/check.ts";
import type { ImportChoices } from "#core/imports/choices.ts";
import { ownColumns, REPORT_COLUMNS, readLayout } from "#core/imports/columns.ts";
import { writingOf } from "#core/imports/encode-text.ts";
import type { FirstRow } from "#core/imports/first-rows.ts";
import {
  bytesToRead,
  checkPartsPrefix,
  firstRowsKey,
  IMPORT_ERROR_WORDS,
  type ImportCursor,
  type ImportError,
  partsPrefix,
} from "#core/imports/job.ts";
import { type FileNotice, NOTICE_WORDS, type ReasonTally } from "#core/imports/notices.ts";
import { REJECTION_WORDS } from "#core/imports/row.ts";
import { csvLine } from "#core/shared/csv-cell.ts";
import { iso, isoOrNull } from "#core/shared/time.ts";
import { audienceIsDynamic } from "#http/audience/audience-is-dynamic.ts";
import * as schema from "#http/imports/imports.schema.ts";
import { permit } from "#http/kit/auth.ts";
import { listQuery } from "#http/kit/common.schema.ts";
import type { AppEnv } from "#http/kit/context.ts";
import { found, notFound, problem } from "#http/kit/errors.ts";
import { idempotent } from "#http/kit/idempotency.ts";
import { idempotentUpload } from "#http/kit/idempotent-upload.ts";
import { languageOf } from "#http/kit/language.ts";
import { type App, body, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import { flawsOf, refuse } from "#http/kit/sound-input.ts";
import { cancelImport, startImport } from "#services/imports/control-import.ts";
import {
  dropFile,
  type ImportOrder,
  importFile,
  type UploadRefusal,
  uploadFile,
} from "#services/imports/import-file.ts";
import { rejectFile } from "./reject-file.ts";

const tags = ["Imports"];
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

interface ImportRow extends ImportChoices {
  id: string;
  audienceId: string;
  status: schema.ImportJob["status"];
  pass: ImportPass;
  check: CheckFigures | null;
  encoding: string;
  delimiter: string | null;
  mapping: Record<string, string> | null;
  fileBytes: number;
  sheet: string | null;
  sheets: string[] | null;
  cursor: Pick<ImportCursor, "offset" | "header" | "rereadFrom" | "rejections" | "notices" | "fileNotices"> | null;
  totalRows: number;
  importedRows: number;
  updatedRows: number;
  rejectedRows: number;
  otherChannelRows: number;
  warningRows: number;
  removedContacts: number;
  movedContacts: number;
  error: ImportError | null;
  createdAt: number;
  completedAt: number | null;
  filesRemovedAt: number | null;
}
const present = (row: ImportRow, c: Context<AppEnv>): schema.ImportJob => {
  const { origin } = new URL(c.env.API_PUBLIC_URL);
  const isCheck = onlyReads(row.pass);
  const fileUrl = (name: string, rows: number) =>
    (row.completedAt !== null || row.status === "checked") && row.filesRemovedAt === null && rows > 0
      ? `${origin}/v1/imports/${row.id}/${name}`
      : null;
  const readsOnce = isCheck || row.mode === "remove";
  /** What has been told of its rows so far, by the check or by the import itself. */
  const told = isCheck ? row.check : { ...row, ...row.cursor };
  return {
    id: row.id,
    audienceId: row.audienceId,
    status: row.status,
    phase: isCheck ? "check" : row.pass === "removal" && row.status === "running" ? "removal" : "import",
    rowsRead: told?.totalRows ?? 0,
    mode: row.mode,
    onlyThisSegment: row.onlyThisSegment,
    clearMarks: row.clearMarks,
    legalBasis: row.legalBasis,
    legalBasisReason: row.legalBasisReason,
    check: row.check && presentCheck(row, row.check),
    removedContacts: row.removedContacts,
    movedContacts: row.movedContacts,
    totalRows: row.totalRows,
    importedRows: row.importedRows,
    updatedRows: row.updatedRows,
    rejectedRows: row.rejectedRows,
    otherChannelRows: row.otherChannelRows,
    warningRows: row.warningRows,
    sheet: row.sheet,
    sheets: row.sheets ?? [],
    rejections: reasonsOf(told?.rejections ?? {}, REJECTION_WORDS),
    notices: [
      ...fileNoticesOf(row).map((code) => ({ code, message: NOTICE_WORDS[code], count: 0, lines: [] })),
      ...reasonsOf(told?.notices ?? {}, NOTICE_WORDS),
    ],
    rejectsUrl: fileUrl("rejects", told?.rejectedRows ?? 0),
    noticesUrl: fileUrl("notices", told?.warningRows ?? 0),
    progress:
      row.status === "completed"
        ? 1
        : (row.cursor?.offset ?? 0) / (readsOnce ? row.fileBytes : bytesToRead(row.fileBytes, row.cursor)),
    error: row.error,
    errorDetail: row.error && (IMPORT_ERROR_WORDS[row.error]?.[languageOf(c)] ?? null),
    createdAt: iso(row.createdAt),
    completedAt: isoOrNull(row.completedAt),
    filesRemovedAt: isoOrNull(row.filesRemovedAt),
  };
};

/** What the check of a file found; of the columns what the header tells, once it has been read. */
function presentCheck(
  { cursor, mapping, encoding, delimiter }: ImportRow,
  { rejections, notices: _, ...figures }: CheckFigures,
): NonNullable<schema.ImportJob["check"]> {
  const layout = readLayout(cursor?.header ?? [], mapping);
  const columns = layout.ok ? layout.value : null;
  const fields = Object.entries(columns?.fields ?? {});
  return {
    ...figures,
    layout: (columns?.header ?? []).map((column, index) => ({
      column,
      field: fields.find(([, at]) => at === index)?.[0] ?? null,
      attribute: columns?.attributes.find(([at]) => at === index)?.[1] ?? null,
    })),
    encoding,
    delimiter,
    rejections: reasonsOf(rejections, REJECTION_WORDS),
  };
}

/** The import with what only whoever is about to start it needs. */
async function presentForStart(row: ImportRow, c: Context<AppEnv>): Promise<schema.ImportJob> {
  const job = present(row, c);
  if (row.status !== "checked" || !row.check || !job.check) return job;
  const { deps, principal } = c.var;
  const [tenant, rows] = await Promise.all([
    deps.store(principal.tenantId).tenant.get(),
    deps.files.read(firstRowsKey(principal.tenantId, row.id)),
  ]);
  const firstRows: FirstRow[] = rows ? JSON.parse(new TextDecoder().decode(rows)) : [];
  const worded = <Code extends string>(code: Code, words: Record<Code, string>) => ({ code, message: words[code] });
  const check = {
    ...job.check,
    tooManyRejects: rejectsTooMuch(row.check, tenant?.settings.maxRejectedPercent),
    firstRows: firstRows.map((first) => ({
      ...first,
      reason: first.reason && worded(first.reason, REJECTION_WORDS),
      notices: first.notices.map((notice) => worded(notice, NOTICE_WORDS)),
    })),
  };
  return { ...job, check };
}

function fileNoticesOf({ status, totalRows, cursor, check }: ImportRow): FileNotice[] {
  if (status === "completed" && totalRows === 0) return ["no_rows"];
  if (status === "checked" && check?.totalRows === 0) return ["no_rows"];
  return cursor?.fileNotices ?? [];
}

function reasonsOf<Reason extends string>(tally: ReasonTally<Reason>, words: Record<Reason, string>) {
  const codes = Object.keys(words) as Reason[];
  return codes.flatMap((code) => {
    const found = tally[code];
    return found ? [{ code, message: words[code], count: found.count, lines: found.lines }] : [];
  });
}

const mappingSchema = z.record(z.string(), z.string());
function readMapping(text: string | undefined): Record<string, string> | null {
  if (text === undefined) return null;
  let mapping: Record<string, string>;
  try {
    mapping = mappingSchema.parse(JSON.parse(text));
  } catch {
    throw problem("invalid_request", "`mapping` is a JSON object: column of the file → column of the contract.", {
      errors: [{ path: "mapping", message: "not a JSON object of texts" }],
    });
  }
  refuse(flawsOf({ mapping }));
  return mapping;
}

export function importRoutes(app: App): void {
  app.openapi(
    route({
      method: "post",
      path: "/v1/audiences/{id}/imports",
      tags,
      summary: "Import a CSV or XLSX file into an audience",
      description:
        "The body is the file itself; which of the two it is its bytes tell. Of an Excel workbook (XLSX) the sheet named " +
        "`sheet` is read, without it the first with a column for phones and a row, else the first, as of a CSV with the sheet's rows " +
        "for lines: dates as `01/03/2026`, numbers with a comma and all their digits. " +
        "Of a CSV, delimiter (`;`, `,` or tab) and encoding (UTF-8, Windows-1252 or UTF-16) are " +
        "detected; `encoding` decides between the first two, and 400 says that a file is not what it is said to be. A cell whose " +
        "bytes are no text changes nothing and is noticed. " +
        "Columns are understood in any case: NomePessoa, CpfCnpj, CodPessoaCliente, DDDTelefone, NumeroTelefone, " +
        "EnderecoEmail, OptIn, OrigemOptIn, DataHoraOptIn, Hashtags; others become attributes. Blank cells erase nothing. " +
        "The header is the first line that names a column for phones, 50 lines down at most; a line of totals below the list " +
        "is no row. " +
        "In a file with TIPO_DE_REGISTRO and VALOR_DO_REGISTRO the rows of phones are people and those of e-mail " +
        "addresses are counted as another channel, as are rows whose CANAL is not whatsapp. An address is given to the people of " +
        "the phones with the same CPFCNPJ, or where one side has none with the same CODCLIENTE.\n\n" +
        "A no in OptIn is always kept, and only a yes whose DataHoraOptIn is newer lifts it. A yes without a date that " +
        "can be read is a consent without a date.\n\n" +
        "With `check` nothing is stored: the import ends `checked` and says what the file would do, and is deleted with it " +
        "after seven days unless it is started. Where the tenant has a `maxRejectedPercent` each import is checked first by " +
        "itself. `mode`, `onlyThisSegment`, `clearMarks` and the legal basis are for imports without `check`; one that is " +
        "checked gets them when it is started.",
      middleware: [permit("contacts:write")],
      request: {
        params: idParam,
        query: schema.importQuery,
        body: {
          required: true,
          content: { "text/csv": { schema: z.string() }, [XLSX]: { schema: z.string().openapi({ format: "binary" }) } },
        },
      },
      responses: { 202: json(schema.importJob, "The import, queued") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const query = c.req.valid("query");
      const mapping = readMapping(query.mapping);
      const sheet = query.sheet ?? null;
      const told = query.encoding && ENCODINGS[query.encoding];
      const body = c.req.raw.body ?? new Blob().stream();
      const uploaded = await uploadFile(deps, principal.tenantId, {
        audienceId: c.req.valid("param").id,
        ...{ body, told, sheet },
      });
      if (!uploaded.ok) throw uploadProblem(uploaded.error);
      const file = uploaded.value;
      const delimiter = query.delimiter === "tab" ? "\t" : (query.delimiter ?? null);
      const order: ImportOrder = query.check
        ? "check"
        : {
            mode: query.mode ?? "add",
            onlyThisSegment: query.onlyThisSegment ?? false,
            clearMarks: query.clearMarks ?? false,
            legalBasis: query.legalBasis ?? null,
            legalBasisReason: query.legalBasisReason ?? null,
          };
      const settings = { delimiter, mapping, sheet };
      const create = async () => present(await importFile(deps, c.var, file, settings, order), c);
      const drop = () => dropFile(deps, file);
      const read = (answer: unknown) =>
        schema.importJob.parse({ ...OF_RELEASE_BEFORE, ...z.looseObject({}).parse(answer) });
      return c.json(await idempotentUpload(c, file.digest, { create, drop, read }), 202);
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/audiences/{id}/imports",
      tags,
      summary: "List an audience's imports",
      middleware: [permit("contacts:read")],
      request: { params: idParam, query: listQuery },
      responses: { 200: json(schema.importList, "Imports, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const store = deps.store(principal.tenantId);
      const audienceId = c.req.valid("param").id;
      found(await store.audiences.get(audienceId), "audience");
      const { query, answer } = await paging(c, c.req.valid("query"));
      const page = await store.imports.list({ ...query, audienceId });
      return c.json(
        answer(page, (row) => present(row, c)),
        200,
      );
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/imports/{id}",
      tags,
      summary: "Read an import",
      description:
        "`importedRows`, `updatedRows`, `rejectedRows` and `otherChannelRows` always add up to `totalRows`, which are 0 while " +
        "the file is only checked; of one that removes people, `updatedRows` are the rows that name somebody. `rejections` " +
        "and `notices` say why, how often and in which lines; the files behind `rejectsUrl` and `noticesUrl` have all of them, " +
        "but for lines of totals, which are no rows. " +
        "`errorDetail` is in Portuguese for `Accept-Language: pt`, else in English.",
      middleware: [permit("contacts:read")],
      request: { params: idParam },
      responses: { 200: json(schema.importJob, "The import as it stands now") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const row = await deps.store(principal.tenantId).imports.get(c.req.valid("param").id);
      return c.json(await presentForStart(found(row, "import"), c), 200);
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/import-mappings",
      tags,
      summary: "List what the columns of headers were taken for last",
      description:
        "The `mapping` of the last import with each header that had one, to be offered again; with `header` that one's alone. " +
        "Names are folded to letters and digits, in lower case and without accents.",
      middleware: [permit("contacts:read")],
      request: { query: schema.mappingQuery },
      responses: { 200: json(schema.importMappingList, "Mappings, by header") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { query, answer } = await paging(c, c.req.valid("query"));
      const page = await deps.store(principal.tenantId).imports.mappings(query);
      const show = ({ id, mapping, usedAt }: (typeof page.data)[number]) => ({
        header: id,
        mapping,
        usedAt: iso(usedAt),
      });
      return c.json(answer(page, show), 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/imports/{id}/start",
      tags,
      summary: "Import a file that was checked",
      description:
        "409 `import_not_startable` unless its status is `checked`, and when more of it was rejected than the tenant allows.",
      middleware: [permit("contacts:write"), idempotent],
      request: { params: idParam, body: body(schema.importStart) },
      responses: { 202: json(schema.importJob, "The import, queued") },
    }),
    async (c) => {
      const started = await startImport(c.var.deps, c.var, c.req.valid("param").id, c.req.valid("json"));
      if (started.ok) return c.json(present(started.value, c), 202);
      if (started.error === "not_found") throw notFound("import");
      throw problem("import_not_startable", NOT_STARTED[started.error]);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/imports/{id}/cancel",
      tags,
      summary: "Cancel an import",
      description:
        "It stops within one step, some thousand rows at most; its counts say what was stored by then, and that stays. " +
        "Nobody has left an audience that was to be replaced. 409 `import_not_cancellable` when it is over, or is already " +
        "ending memberships after all of its file.",
      middleware: [permit("contacts:write")],
      request: { params: idParam },
      responses: { 200: json(schema.importJob, "The import, cancelled") },
    }),
    async (c) => {
      const cancelled = await cancelImport(c.var.deps, c.var, c.req.valid("param").id);
      if (cancelled.ok) return c.json(present(cancelled.value, c), 200);
      if (cancelled.error === "not_found") throw notFound("import");
      throw problem(
        "import_not_cancellable",
        "The import is over, or too far to be stopped half way. Read its status.",
      );
    },
  );

  const download = (name: "rejects" | "notices", fileName: string, summary: string) =>
    app.openapi(
      route({
        method: "get",
        path: `/v1/imports/{id}/${name}`,
        tags,
        summary,
        description:
          `The file's own columns, encoding and delimiter, and \`${REPORT_COLUMNS[name].join("` and `")}\`, which an import of ` +
          "it leaves out: rows can be corrected in it and imported again as they are. Of a workbook it is a CSV in UTF-8.",
        middleware: [permit("contacts:read")],
        request: { params: idParam },
        responses: { 200: { description: "The rows", content: { "text/csv": { schema: z.string() } } } },
      }),
      async (c) => {
        const { deps, principal } = c.var;
        const row = found(await deps.store(principal.tenantId).imports.get(c.req.valid("param").id), "import");
        if (row.completedAt === null && row.status !== "checked")
          throw problem("not_ready", "The import is not done yet.");
        if (row.filesRemovedAt !== null) throw notFound("file of an import");
        const head = csvLine([...ownColumns(row.cursor?.header ?? []), ...REPORT_COLUMNS[name]], row.delimiter ?? ";");
        const writing = writingOf(row.encoding);
        const prefix = onlyReads(row.pass)
          ? checkPartsPrefix(principal.tenantId, row.id, name)
          : (name === "rejects" && row.rejectsKey) || partsPrefix(principal.tenantId, row.id, name);
        return c.body(rejectFile(deps.files, prefix, head, writing), 200, {
          "Content-Type": `text/csv; charset=${writing.charset}`,
          "Content-Disposition": `attachment; filename="${row.id}-${fileName}.csv"`,
        });
      },
    );
  download("rejects", "rejeitados", "Download the rows that were left out");
  download("notices", "avisos", "Download the rows that were taken and are to be looked at");
}

function uploadProblem(refusal: UploadRefusal) {
  switch (refusal.kind) {
    case "no_audience":
      return notFound("audience");
    case "dynamic_audience":
      return audienceIsDynamic();
    case "empty":
      return problem("invalid_request", "The body is empty; send the CSV or XLSX file itself.");
    case "no_sheet": {
      const names = refusal.sheets.map((name) => `"${name}"`).join(", ");
      return problem(
        "invalid_request",
        `The workbook has no such sheet. Its sheets: ${names || "none that can be told"}.`,
        {
          errors: [{ path: "sheet", message: "no sheet of this workbook" }],
        },
      );
    }
    case "other_encoding": {
      const { detail, message } = NOT_TOLD[refusal.told];
      return problem("invalid_request", `${detail} Leave \`encoding\` out, or send another file.`, {
        errors: [{ path: "encoding", message }],
      });
    }
  }
}

/** What a first answer of the release before, which a repeat gets within 24 hours, does not say. */
const OF_RELEASE_BEFORE = {
  ...{ phase: "import", rowsRead: 0, mode: "add", onlyThisSegment: false, clearMarks: false },
  ...{ legalBasis: null, legalBasisReason: null, check: null, removedContacts: 0, movedContacts: 0 },
};

/** Why a checked file is not imported. */
const NOT_STARTED = {
  not_checked: "Only an import that was checked waits to be started, and only once. Read its status.",
  too_many_rejects:
    "More rows of the file are rejected than `maxRejectedPercent` of the tenant allows. Mend the file and send it again.",
} as const;

/** Why a file is not taken for what it is said to be. */
const NOT_TOLD = {
  "utf-8": { detail: "The file is not UTF-8.", message: "the bytes are not UTF-8" },
  "windows-1252": {
    detail: "The file is UTF-8: as Windows-1252 each accent would become two signs.",
    message: "the bytes are UTF-8",
  },
} as const;

const ENCODINGS = { "utf-8": "utf-8", utf8: "utf-8", "windows-1252": "windows-1252", latin1: "windows-1252" } as const;
