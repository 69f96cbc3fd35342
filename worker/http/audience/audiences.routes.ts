import { iso } from "#core/shared/time.ts";
import * as schema from "#http/audience/audiences.schema.ts";
import { permit } from "#http/kit/auth.ts";
import { found, notFound } from "#http/kit/errors.ts";
import { idempotent } from "#http/kit/idempotency.ts";
import { campaignUses, inUse, MOST_USES, onlyDrafts } from "#http/kit/in-use.ts";
import { type App, body, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";

const tags = ["Audiences"];
const present = (row: {
  id: string;
  segmentId: string;
  name: string;
  contactCount: number;
  createdAt: number;
}): schema.Audience => ({
  id: row.id,
  segmentId: row.segmentId,
  name: row.name,
  contactCount: row.contactCount,
  createdAt: iso(row.createdAt),
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
      middleware: [permit("contacts:write"), idempotent],
      request: { body: body(schema.audienceInput) },
      responses: { 201: json(schema.audience, "The audience, empty") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { segmentId, name } = c.req.valid("json");
      const { audiences } = deps.store(principal.tenantId);
      const row = await audiences.create({ id: deps.newId("aud"), segmentId, name, createdAt: deps.now() });
      if (!row) throw notFound("segment");
      await deps.audit(c.var, "audience.create", row.id, { name, segmentId });
      return c.json(present(row), 201);
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
      summary: "Rename an audience",
      middleware: [permit("contacts:write")],
      request: { params: idParam, body: body(schema.audiencePatch) },
      responses: { 200: json(schema.audience, "The audience") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { audiences } = deps.store(principal.tenantId);
      const { id } = c.req.valid("param");
      const { name } = c.req.valid("json");
      if (name === undefined) return c.json(present(found(await audiences.get(id), "audience")), 200);
      const row = found(await audiences.rename(id, name), "audience");
      await deps.audit(c.var, "audience.update", id, { name });
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
      const job = await audiences.importUnderWay(id);
      if (job) throw inUse("audience", [{ type: "import", ...job }], "Wait for the import to end, then try again.");
      await audiences.remove(id);
      await deps.audit(c.var, "audience.delete", id);
      return c.body(null, 204);
    },
  );
}
