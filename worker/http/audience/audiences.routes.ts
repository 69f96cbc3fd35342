import { iso } from "#core/shared/time.ts";
import * as schema from "#http/audience/audiences.schema.ts";
import { permit } from "#http/kit/auth.ts";
import { found, notFound, problem } from "#http/kit/errors.ts";
import { idempotent } from "#http/kit/idempotency.ts";
import { campaignUses, inUse, MOST_USES, onlyDrafts } from "#http/kit/in-use.ts";
import { type App, body, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import { countMatching } from "#services/audience/count-matching.ts";
import { checkFilter } from "./filter-references.ts";

const tags = ["Audiences"];
type AudienceRow = Omit<schema.Audience, "contactCount" | "createdAt"> & { contactCount: number; createdAt: number };
const present = (row: AudienceRow): schema.Audience => ({
  id: row.id,
  segmentId: row.segmentId,
  name: row.name,
  kind: row.kind,
  filter: row.filter,
  contactCount: row.kind === "dynamic" ? null : row.contactCount,
  createdAt: iso(row.createdAt),
});

const listedMembers = () =>
  problem("invalid_request", "Members of this audience are listed, so it has no filter.", {
    errors: [{ path: "filter", message: "only a dynamic audience has one" }],
  });

export function audienceRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/audiences",
      tags,
      summary: "List audiences",
      middleware: [permit("contacts:read")],
      request: { query: schema.audienceQuery },
      responses: { 200: json(schema.audienceList, "Audiences, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { query, answer } = await paging(c, c.req.valid("query"));
      return c.json(answer(await deps.store(principal.tenantId).audiences.list(query), present), 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/audiences",
      tags,
      summary: "Create an audience",
      description:
        "Members of a `fixed` one are listed: imports add them. Those of a `dynamic` one are the tenant's contacts that match its `filter` whenever it is read.",
      middleware: [permit("contacts:write"), idempotent],
      request: { body: body(schema.audienceInput) },
      responses: { 201: json(schema.audience, "The audience; a fixed one is empty") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { segmentId, name, kind, filter = null } = c.req.valid("json");
      const store = deps.store(principal.tenantId);
      if (filter) await checkFilter(store, filter);
      const id = deps.newId("aud");
      const row = await store.audiences.create({ id, segmentId, name, kind, filter, createdAt: deps.now() });
      if (!row) throw notFound("segment");
      await deps.audit(c.var, "audience.create", row.id, { name, segmentId, kind });
      return c.json(present(row), 201);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/audiences/count",
      tags,
      summary: "Count the contacts that match a filter",
      description: "Of the tenant, at this moment; nothing is kept.",
      middleware: [permit("contacts:read")],
      request: { body: body(schema.countInput) },
      responses: { 200: json(schema.audienceCount, "How many match") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { filter } = c.req.valid("json");
      await checkFilter(deps.store(principal.tenantId), filter);
      return c.json(await countMatching(deps, principal.tenantId, filter), 200);
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/audiences/{id}",
      tags,
      summary: "Read an audience",
      middleware: [permit("contacts:read")],
      request: { params: idParam },
      responses: { 200: json(schema.audience, "The audience") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const row = await deps.store(principal.tenantId).audiences.get(c.req.valid("param").id);
      return c.json(present(found(row, "audience")), 200);
    },
  );

  app.openapi(
    route({
      method: "patch",
      path: "/v1/audiences/{id}",
      tags,
      summary: "Rename an audience, or change the filter of a dynamic one",
      description:
        "Fields that are left out stay. Campaigns that were launched keep the filter that they were launched with.",
      middleware: [permit("contacts:write")],
      request: { params: idParam, body: body(schema.audiencePatch) },
      responses: { 200: json(schema.audience, "The audience") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const store = deps.store(principal.tenantId);
      const { id } = c.req.valid("param");
      const change = c.req.valid("json");
      const before = found(await store.audiences.get(id), "audience");
      if (Object.keys(change).length === 0) return c.json(present(before), 200);
      if (change.filter) {
        if (before.kind !== "dynamic") throw listedMembers();
        await checkFilter(store, change.filter);
      }
      const row = found(await store.audiences.update(id, change), "audience");
      await deps.audit(c.var, "audience.update", id, {
        fields: Object.keys(change),
        ...(change.name === undefined ? {} : { name: change.name }),
      });
      return c.json(present(row), 200);
    },
  );

  app.openapi(
    route({
      method: "delete",
      path: "/v1/audiences/{id}",
      tags,
      summary: "Delete an audience that no campaign names",
      description: "Its contacts stay.",
      middleware: [permit("contacts:write")],
      request: { params: idParam },
      responses: { 204: { description: "Deleted" } },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { audiences, campaigns } = deps.store(principal.tenantId);
      const { id } = c.req.valid("param");
      found(await audiences.get(id), "audience");
      const users = await campaigns.naming({ audienceId: id }, MOST_USES);
      if (users.total > 0) {
        const advice = onlyDrafts(users)
          ? "Delete these drafts or give them another audience, then try again."
          : "Campaigns that were launched keep their audience, so it can't be deleted; rename it if it is in the way.";
        throw inUse("audience", campaignUses(users), advice, users.total);
      }
      const dynamic = (await audiences.naming(id, MOST_USES)).map((use) => ({ type: "audience" as const, ...use }));
      if (dynamic.length > 0) throw inUse("audience", dynamic, "Take it out of the filters of these audiences first.");
      const job = await audiences.importUnderWay(id);
      if (job) throw inUse("audience", [{ type: "import", ...job }], "Wait for the import to end, then try again.");
      await audiences.remove(id);
      await deps.audit(c.var, "audience.delete", id);
      return c.body(null, 204);
    },
  );
}
