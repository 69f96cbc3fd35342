import { z } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { USER_ID } from "#core/audience/block.ts";
import { FIELD_RULES } from "#core/audience/contact-fields.ts";
import {
  BLOCK_NOTICE_WORDS,
  BLOCK_REJECTION_WORDS,
  type ListFault,
  MOST_LIST_BYTES,
  MOST_LIST_ROWS,
} from "#core/imports/block-list.ts";
import type { ReasonTally } from "#core/imports/notices.ts";
import { parsePhone } from "#core/shared/phone.ts";
import { iso, isoOrNull } from "#core/shared/time.ts";
import type { Deps, TenantStore } from "#deps.ts";
import * as schema from "#http/audience/blocks.schema.ts";
import { permit } from "#http/kit/auth.ts";
import { found, notFound, problem } from "#http/kit/errors.ts";
import { idempotent } from "#http/kit/idempotency.ts";
import { type App, body, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import { logFailure } from "#log.ts";
import { excludeBlocked } from "#services/audience/blocks.ts";
import { importBlocks, type TakenList } from "#services/audience/import-blocks.ts";
import { phoneOr422, readField } from "./contact-input.ts";

const tags = ["Blocks"];
const present = (
  row: Omit<schema.Block, "until" | "createdAt"> & { until: number | null; createdAt: number },
): schema.Block => ({
  id: row.id,
  phone: row.phone,
  document: row.document,
  userId: row.userId,
  segmentId: row.segmentId,
  reason: row.reason,
  contract: row.contract,
  until: isoOrNull(row.until),
  createdAt: iso(row.createdAt),
});

/** When a block ends; one that would be over already protects nobody, whatever its maker thinks. */
function endOf(until: string | null | undefined, now: number): number | null {
  if (until == null) return null;
  const at = Date.parse(until);
  if (at > now) return at;
  throw problem("invalid_request", "This block would be over already.", {
    errors: [{ path: "until", message: "has passed" }],
  });
}

/** Whatever a person may have typed: digits may be a phone and a document at once. */
const whoeverHas = (q: string) => {
  const phone = parsePhone({ number: q });
  const text = q.trim();
  return {
    phone: phone.ok ? phone.value.e164 : null,
    document: FIELD_RULES.document.read(text),
    userId: USER_ID.test(text) ? text : null,
  };
};

/** Campaigns under way leave these people out. The block stands also where one can't be reached now: it looks for itself. */
async function act(deps: Deps, tenantId: string, row: Awaited<ReturnType<TenantStore["blocks"]["create"]>>) {
  try {
    await excludeBlocked(deps, tenantId, [row]);
  } catch (error) {
    logFailure("exclude_failed", error, { tenantId, blockId: row.id });
  }
}

const presentImport = ({ rejections, notices, rejects, ...counts }: TakenList): schema.BlockImport => ({
  rows: counts.created + counts.extended + counts.unchanged + counts.rejected,
  ...counts,
  rejections: reasonsIn(rejections, BLOCK_REJECTION_WORDS),
  notices: reasonsIn(notices, BLOCK_NOTICE_WORDS),
  rejects,
});

function reasonsIn<Code extends string>(tally: ReasonTally<Code>, words: Record<Code, string>) {
  const codes = Object.keys(words) as Code[];
  return codes.flatMap((code) => {
    const found = tally[code];
    return found ? [{ code, message: words[code], ...found }] : [];
  });
}

const LIST_FAULTS: Record<ListFault, string> = {
  no_text: "The body is no CSV: send the list as text, not as a spreadsheet.",
  empty_file: "The body is empty; send the CSV itself, with its header.",
  no_key_column: "No column says who is meant. Name one Telefone, CpfCnpj or IdUsuario.",
  too_many_rows: `A list has at most ${MOST_LIST_ROWS.toLocaleString("en")} rows. Split it.`,
};

export function blockRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/blocks",
      tags,
      summary: "List blocks",
      description:
        "`phone` and `document` in any punctuation; `q`: whichever of phone, document and user id it can be, as a whole. `segmentId`: blocks of this segment alone, without those of the whole " +
        "tenant. `active=false`: those whose `until` has passed.",
      middleware: [permit("contacts:read")],
      request: { query: schema.blockQuery },
      responses: { 200: json(schema.blockList, "Blocks, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { query, answer } = await paging(c, c.req.valid("query"));
      const { phone, document, q, active } = query;
      const page = await deps.store(principal.tenantId).blocks.list({
        ...query,
        phone: phone && phoneOr422(phone),
        document: document && (readField("document", document) ?? undefined),
        anyOf: q?.trim() ? whoeverHas(q) : undefined,
        active: active === undefined ? undefined : active === "true",
        now: deps.now(),
      });
      return c.json(answer(page, present), 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/blocks",
      tags,
      summary: "Block a person",
      description:
        "By `phone`, `document` or `userId` (Meta's id of a person, BSUID): whoever has any that is named gets no campaign, " +
        "whatever their consent, in one segment or, without `segmentId`, in all. A `userId` covers a contact once that person has " +
        "written to us with their number, before or later. Blocks are kept by key: imports and deleted contacts change nothing. " +
        "Campaigns under way leave the person out at once, and for good: when the block ends, later campaigns may write to them " +
        "again, not these. `until`: it ends then by itself.",
      middleware: [permit("contacts:write"), idempotent],
      request: { body: body(schema.blockInput) },
      responses: { 201: json(schema.block, "The block") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { tenantId } = principal;
      const { blocks, segments } = deps.store(tenantId);
      const { phone, document, userId = null, segmentId = null, reason, contract = null, until } = c.req.valid("json");
      const now = deps.now();
      const keys = {
        phone: phone == null ? null : phoneOr422(phone),
        document: document == null ? null : readField("document", document),
        userId,
      };
      if (segmentId !== null) found(await segments.get(segmentId), "segment");
      const end = endOf(until, now);
      const row = await blocks.create({ ...keys, id: deps.newId("blk"), segmentId, reason, contract, until: end, now });
      await deps.audit(c.var, "block.create", row.id, { segmentId, until: isoOrNull(end) });
      await act(deps, tenantId, row);
      return c.json(present(row), 201);
    },
  );

  app.openapi(
    route({
      method: "delete",
      path: "/v1/blocks/{id}",
      tags,
      summary: "End a block",
      description:
        "Unless another block covers them, later campaigns may write to these people again. Campaigns under way that have left " +
        "them out stay as they are.",
      middleware: [permit("contacts:write")],
      request: { params: idParam },
      responses: { 204: { description: "Ended" } },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { id } = c.req.valid("param");
      if (!(await deps.store(principal.tenantId).blocks.remove(id))) throw notFound("block");
      await deps.audit(c.var, "block.delete", id);
      return c.body(null, 204);
    },
  );

  app.openapi(
    route({
      method: "patch",
      path: "/v1/blocks/{id}",
      tags,
      summary: "Change a block's end, reason or contract",
      description:
        "Fields that are left out stay; `until: null` takes its end away. One that has ended and gets a later end covers people " +
        "again at once. Whom it covers does not change: end it and make another.",
      middleware: [permit("contacts:write")],
      request: { params: idParam, body: body(schema.blockPatch) },
      responses: { 200: json(schema.block, "The block") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { tenantId } = principal;
      const { id } = c.req.valid("param");
      const { until, ...texts } = c.req.valid("json");
      const now = deps.now();
      const end = until === undefined ? {} : { until: endOf(until, now) };
      const row = found(await deps.store(tenantId).blocks.update(id, { ...texts, ...end }, now), "block");
      await deps.audit(c.var, "block.update", id, { fields: Object.keys(c.req.valid("json")) });
      await act(deps, tenantId, row);
      return c.json(present(row), 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/blocks/end",
      tags,
      summary: "End blocks",
      description: "As ending each of them. All or, when one of the ids is not there, none.",
      middleware: [permit("contacts:write")],
      request: { body: body(schema.blocksEndInput) },
      responses: { 200: json(schema.blocksEnded, "How many were ended") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const ids = [...new Set(c.req.valid("json").ids)];
      const ended = await deps.store(principal.tenantId).blocks.removeAll(ids);
      if (ended === null) throw notFound("block");
      await deps.audit(c.var, "block.delete", ids[0] ?? "", { ended });
      return c.json({ ended }, 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/blocks/imports",
      tags,
      summary: "Import a list of blocks",
      description:
        `The body is a CSV of at most ${MOST_LIST_ROWS.toLocaleString("en")} rows and ${MOST_LIST_BYTES / 1_000_000} MB, with a header; ` +
        "delimiter and encoding are detected. Columns, in any case and order: Telefone (DDD apart or not), CpfCnpj, IdUsuario, " +
        "Segmento (name or id), Motivo, Contrato, Ate; or those of Maestro: TIPO_BLOQUEIO (1 permanent, 2 temporary), CPF_CNPJ, " +
        "DATA_EXPIRACAO, NUCONTRATOGESTAO, NUMERO, MOTIVO; DATA_SOLICITACAO and EMAIL are not used. Days are those of the tenant's " +
        "time zone, and a block until a day lasts that whole day.\n\n" +
        "Read so as to send less: a row with a phone and a document blocks whoever has either, an end that can't be read is no end, " +
        "and of a block that is there already the later end counts. Campaigns under way leave the people out at once. Safe to " +
        "repeat, also when the answer was lost: what has been taken is `unchanged`.",
      middleware: [permit("contacts:write"), bodyLimit({ maxSize: MOST_LIST_BYTES })],
      request: {
        query: schema.blockImportQuery,
        body: { required: true, content: { "text/csv": { schema: z.string() } } },
      },
      responses: { 200: json(schema.blockImport, "What became of the rows") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { tenantId } = principal;
      const { segmentId = null } = c.req.valid("query");
      const { segments, tenant } = deps.store(tenantId);
      if (segmentId !== null) found(await segments.get(segmentId), "segment");
      const { timeZone } = found(await tenant.get(), "tenant");
      const bytes = new Uint8Array(await c.req.raw.arrayBuffer());
      const taken = await importBlocks(deps, tenantId, bytes, { timeZone, segmentId });
      if (!taken.ok) throw listProblem(taken.error);
      const { created, extended, unchanged, rejected } = taken.value;
      await deps.audit(c.var, "block.import", tenantId, { segmentId, created, extended, unchanged, rejected });
      return c.json(presentImport(taken.value), 200);
    },
  );
}

const listProblem = (fault: ListFault) =>
  problem(fault === "too_many_rows" ? "payload_too_large" : "invalid_request", LIST_FAULTS[fault], {
    errors: [{ path: "body", message: fault }],
  });
