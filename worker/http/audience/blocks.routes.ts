import { iso, isoOrNull } from "#core/shared/time.ts";
import * as schema from "#http/audience/blocks.schema.ts";
import { permit } from "#http/kit/auth.ts";
import { found, notFound, problem } from "#http/kit/errors.ts";
import { idempotent } from "#http/kit/idempotency.ts";
import { type App, body, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import { logFailure } from "#log.ts";
import { excludeBlocked } from "#services/audience/blocks.ts";
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

export function blockRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/blocks",
      tags,
      summary: "List blocks",
      description:
        "`phone` and `document` in any punctuation. `segmentId`: blocks of this segment alone, without those of the whole " +
        "tenant. `active=false`: those whose `until` has passed.",
      middleware: [permit("contacts:read")],
      request: { query: schema.blockQuery },
      responses: { 200: json(schema.blockList, "Blocks, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { query, answer } = await paging(c, c.req.valid("query"));
      const { phone, document, active } = query;
      const page = await deps.store(principal.tenantId).blocks.list({
        ...query,
        phone: phone && phoneOr422(phone),
        document: document && (readField("document", document) ?? undefined),
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
      try {
        await excludeBlocked(deps, tenantId, [row]);
      } catch (error) {
        // The block stands; a campaign that can't be reached now looks for new ones itself.
        logFailure("exclude_failed", error, { tenantId, blockId: row.id });
      }
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
}
