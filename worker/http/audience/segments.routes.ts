import type { Use } from "#core/sending/failures.ts";
import { iso } from "#core/shared/time.ts";
import type { TenantStore } from "#deps.ts";
import * as schema from "#http/audience/segments.schema.ts";
import { permit } from "#http/kit/auth.ts";
import { listQuery } from "#http/kit/common.schema.ts";
import { found, notFound, type ProblemError, problem } from "#http/kit/errors.ts";
import { idempotent } from "#http/kit/idempotency.ts";
import { campaignUses, inUse, MOST_USES, onlyDrafts } from "#http/kit/in-use.ts";
import { type App, body, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";

const tags = ["Segments"];
const taken = () => problem("conflict", "There is a segment with this name already; choose another name.");
const present = (row: { id: string; name: string; createdAt: number }): schema.Segment => ({
  id: row.id,
  name: row.name,
  createdAt: iso(row.createdAt),
});

/** Names what belongs to a segment, and says what can be done about each kind. */
async function segmentInUse(store: TenantStore, id: string): Promise<ProblemError> {
  const of = { segmentId: id, limit: MOST_USES };
  const [lines, audiences, users] = await Promise.all([
    store.lines.list(of),
    store.audiences.list(of),
    store.campaigns.naming({ segmentId: id }, MOST_USES),
  ]);
  const usedBy: Use[] = [
    ...lines.data.map(({ id, name }) => ({ type: "line" as const, id, name })),
    ...audiences.data.map(({ id, name }) => ({ type: "audience" as const, id, name })),
    ...campaignUses(users),
  ];
  const advice = [
    lines.data.length > 0 ? "Lines can be moved to another segment or deleted." : "",
    audiences.data.length > 0 ? "Audiences can be deleted unless a campaign names them." : "",
    users.total === 0
      ? ""
      : onlyDrafts(users)
        ? "Drafts can be deleted or moved."
        : "Campaigns that were launched keep their segment, so it can't be deleted; rename it if it is in the way.",
  ];
  const unnamed = users.total - users.campaigns.length;
  return inUse("segment", usedBy, advice.filter(Boolean).join(" "), usedBy.length + unnamed);
}

export function segmentRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/segments",
      tags,
      summary: "List segments",
      middleware: [permit("catalogue:read")],
      request: { query: listQuery },
      responses: { 200: json(schema.segmentList, "Segments, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { query, answer } = await paging(c, c.req.valid("query"));
      return c.json(answer(await deps.store(principal.tenantId).segments.list(query), present), 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/segments",
      tags,
      summary: "Create a segment",
      middleware: [permit("catalogue:write"), idempotent],
      request: { body: body(schema.segmentInput) },
      responses: { 201: json(schema.segment, "The segment") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const store = deps.store(principal.tenantId);
      const { name } = c.req.valid("json");
      const row = await store.segments.create({ id: deps.newId("seg"), name, createdAt: deps.now() });
      if (!row) throw taken();
      await deps.audit(c.var, "segment.create", row.id, { name });
      return c.json(present(row), 201);
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/segments/{id}",
      tags,
      summary: "Read a segment",
      middleware: [permit("catalogue:read")],
      request: { params: idParam },
      responses: { 200: json(schema.segment, "The segment") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const row = await deps.store(principal.tenantId).segments.get(c.req.valid("param").id);
      return c.json(present(found(row, "segment")), 200);
    },
  );

  app.openapi(
    route({
      method: "patch",
      path: "/v1/segments/{id}",
      tags,
      summary: "Rename a segment",
      middleware: [permit("catalogue:write")],
      request: { params: idParam, body: body(schema.segmentInput.partial()) },
      responses: { 200: json(schema.segment, "The segment") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { segments } = deps.store(principal.tenantId);
      const { id } = c.req.valid("param");
      const { name } = c.req.valid("json");
      if (name === undefined) return c.json(present(found(await segments.get(id), "segment")), 200);
      const row = await segments.rename(id, name);
      if (row === "not_found") throw notFound("segment");
      if (row === "name_taken") throw taken();
      await deps.audit(c.var, "segment.update", id, { name });
      return c.json(present(row), 200);
    },
  );

  app.openapi(
    route({
      method: "delete",
      path: "/v1/segments/{id}",
      tags,
      summary: "Delete an unused segment",
      middleware: [permit("catalogue:write")],
      request: { params: idParam },
      responses: { 204: { description: "Deleted" } },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { id } = c.req.valid("param");
      const store = deps.store(principal.tenantId);
      const outcome = await store.segments.remove(id);
      if (outcome === "not_found") throw notFound("segment");
      if (outcome === "in_use") throw await segmentInUse(store, id);
      await deps.audit(c.var, "segment.delete", id);
      return c.body(null, 204);
    },
  );
}
