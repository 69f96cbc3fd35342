import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { IMPORT_ERROR_WORDS, type ImportCursor, type ImportError, partsPrefix } from "#core/imports/job.ts";
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
import { idempotentUpload } from "#http/kit/idempotent-upload.ts";
import { languageOf } from "#http/kit/language.ts";
import { type App, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import { flawsOf, refuse } from "#http/kit/sound-input.ts";
import { dropFile, importFile, type UploadRefusal, uploadFile } from "#services/imports/import-file.ts";
import { rejectFile } from "./reject-file.ts";

const tags = ["Imports"];
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

interface ImportRow {
  id: string;
  audienceId: string;
  status: schema.ImportJob["status"];
  fileBytes: number;
  cursor: Pick<ImportCursor, "offset" | "rejections" | "notices" | "fileNotices"> | null;
  totalRows: number;
  importedRows: number;
  updatedRows: number;
  rejectedRows: number;
  otherChannelRows: number;
  warningRows: number;
  error: ImportError | null;
  createdAt: number;
  completedAt: number | null;
}
const present = (row: ImportRow, c: Context<AppEnv>): schema.ImportJob => {
  const { origin } = new URL(c.env.API_PUBLIC_URL);
  const fileUrl = (name: string, rows: number) =>
    row.completedAt !== null && rows > 0 ? `${origin}/v1/imports/${row.id}/${name}` : null;
  return {
    id: row.id,
    audienceId: row.audienceId,
    status: row.status,
    totalRows: row.totalRows,
    importedRows: row.importedRows,
    updatedRows: row.updatedRows,
    rejectedRows: row.rejectedRows,
    otherChannelRows: row.otherChannelRows,
    warningRows: row.warningRows,
    rejections: reasonsOf(row.cursor?.rejections ?? {}, REJECTION_WORDS),
    notices: [
      ...fileNoticesOf(row).map((code) => ({ code, message: NOTICE_WORDS[code], count: 0, lines: [] })),
      ...reasonsOf(row.cursor?.notices ?? {}, NOTICE_WORDS),
    ],
    rejectsUrl: fileUrl("rejects", row.rejectedRows),
    noticesUrl: fileUrl("notices", row.warningRows),
    progress: row.status === "completed" ? 1 : (row.cursor?.offset ?? 0) / row.fileBytes,
    error: row.error,
    errorDetail: row.error && (IMPORT_ERROR_WORDS[row.error]?.[languageOf(c)] ?? null),
    createdAt: iso(row.createdAt),
    completedAt: isoOrNull(row.completedAt),
  };
};

function fileNoticesOf({ status, totalRows, cursor }: ImportRow): FileNotice[] {
  if (status === "completed" && totalRows === 0) return ["no_rows"];
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
        "The body is the file itself; which of the two it is its bytes tell. Of an Excel workbook (XLSX) the first sheet is " +
        "read, as of a CSV with the sheet's rows for lines: dates as `01/03/2026`, numbers with a comma and all their digits. " +
        "Of a CSV, delimiter (`;`, `,` or tab) and encoding (UTF-8, Windows-1252 or UTF-16) are " +
        "detected; `encoding` decides between the first two, and 400 says that a file is not what it is said to be. A cell whose " +
        "bytes are no text changes nothing and is noticed. " +
        "Columns are understood in any case: NomePessoa, CpfCnpj, CodPessoaCliente, DDDTelefone, NumeroTelefone, " +
        "EnderecoEmail, OptIn, OrigemOptIn, DataHoraOptIn, Hashtags; others become attributes. Blank cells erase nothing. " +
        "In a file with TIPO_DE_REGISTRO and VALOR_DO_REGISTRO the rows of phones are people and those of e-mail " +
        "addresses are counted as another channel.\n\n" +
        "A no in OptIn is always kept, and only a yes whose DataHoraOptIn is newer lifts it. A yes without a date that " +
        "can be read is a consent without a date.",
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
      const told = query.encoding && ENCODINGS[query.encoding];
      const body = c.req.raw.body ?? new Blob().stream();
      const uploaded = await uploadFile(deps, principal.tenantId, { audienceId: c.req.valid("param").id, body, told });
      if (!uploaded.ok) throw uploadProblem(uploaded.error);
      const file = uploaded.value;
      const delimiter = query.delimiter === "tab" ? "\t" : (query.delimiter ?? null);
      const create = async () => present(await importFile(deps, c.var, file, { delimiter, mapping }), c);
      const drop = () => dropFile(deps, file);
      const read = (answer: unknown) => schema.importJob.parse(answer);
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
        "`importedRows`, `updatedRows`, `rejectedRows` and `otherChannelRows` always add up to `totalRows`. `rejections` " +
        "and `notices` say why, how often and in which lines; the files behind `rejectsUrl` and `noticesUrl` have all of them. " +
        "`errorDetail` is in Portuguese for `Accept-Language: pt`, else in English.",
      middleware: [permit("contacts:read")],
      request: { params: idParam },
      responses: { 200: json(schema.importJob, "The import as it stands now") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const row = await deps.store(principal.tenantId).imports.get(c.req.valid("param").id);
      return c.json(present(found(row, "import"), c), 200);
    },
  );

  const download = (name: "rejects" | "notices", fileName: string, summary: string, lastColumn: string) =>
    app.openapi(
      route({
        method: "get",
        path: `/v1/imports/{id}/${name}`,
        tags,
        summary,
        description: `The file's own columns and delimiter, and \`Linha\` and \`${lastColumn}\`; UTF-8 with a byte order mark.`,
        middleware: [permit("contacts:read")],
        request: { params: idParam },
        responses: { 200: { description: "The rows", content: { "text/csv": { schema: z.string() } } } },
      }),
      async (c) => {
        const { deps, principal } = c.var;
        const row = found(await deps.store(principal.tenantId).imports.get(c.req.valid("param").id), "import");
        if (row.completedAt === null) throw problem("not_ready", "The import is not done yet.");
        const head = csvLine([...(row.cursor?.header ?? []), "Linha", lastColumn], row.delimiter ?? ";");
        const prefix = (name === "rejects" && row.rejectsKey) || partsPrefix(principal.tenantId, row.id, name);
        return c.body(rejectFile(deps.files, prefix, head), 200, {
          "Content-Type": "text/csv; charset=utf-8",
          "Content-Disposition": `attachment; filename="${row.id}-${fileName}.csv"`,
        });
      },
    );
  download("rejects", "rejeitados", "Download the rows that were left out", "Motivo");
  download("notices", "avisos", "Download the rows that were taken and are to be looked at", "Aviso");
}

function uploadProblem(refusal: UploadRefusal) {
  switch (refusal.kind) {
    case "no_audience":
      return notFound("audience");
    case "dynamic_audience":
      return audienceIsDynamic();
    case "empty":
      return problem("invalid_request", "The body is empty; send the CSV or XLSX file itself.");
    case "other_encoding": {
      const { detail, message } = NOT_TOLD[refusal.told];
      return problem("invalid_request", `${detail} Leave \`encoding\` out, or send another file.`, {
        errors: [{ path: "encoding", message }],
      });
    }
  }
}

/** Why a file is not taken for what it is said to be. */
const NOT_TOLD = {
  "utf-8": { detail: "The file is not UTF-8.", message: "the bytes are not UTF-8" },
  "windows-1252": {
    detail: "The file is UTF-8: as Windows-1252 each accent would become two signs.",
    message: "the bytes are UTF-8",
  },
} as const;

const ENCODINGS = { "utf-8": "utf-8", utf8: "utf-8", "windows-1252": "windows-1252", latin1: "windows-1252" } as const;
