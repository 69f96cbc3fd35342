import { z } from "@hono/zod-openapi";
import { iso } from "#core/shared/time.ts";
import { listVariables, unsupported } from "#core/templates/variables.ts";
import { permit } from "#http/kit/auth.ts";
import { id } from "#http/kit/common.schema.ts";
import { found, problem, unwrap } from "#http/kit/errors.ts";
import { idempotent } from "#http/kit/idempotency.ts";
import { type App, body, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import * as schema from "#http/templates/templates.schema.ts";
import { createTemplate, syncTemplates, type TemplateRow } from "#services/templates/templates.ts";

const tags = ["Templates"];
const templatePatch = z.object({ lineIds: z.array(id("lin")).max(200) }).strict();

const present = (row: TemplateRow): schema.Template => ({
  id: row.id,
  wabaId: row.wabaId,
  name: row.name,
  language: row.language,
  category: row.category,
  status: row.status,
  components: row.components,
  parameterFormat: row.parameterFormat,
  variables: listVariables(row),
  lineIds: row.lineIds,
  rejectedReason: row.rejectedReason,
  unsupported: unsupported(row),
  syncedAt: iso(row.syncedAt),
});

export function templateRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/templates",
      tags,
      summary: "List templates",
      middleware: [permit("catalogue:read")],
      request: { query: schema.templateQuery },
      responses: { 200: json(schema.templateList, "Templates that Meta lists, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { query, answer } = await paging(c, c.req.valid("query"));
      return c.json(answer(await deps.store(principal.tenantId).templates.list(query), present), 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/templates",
      tags,
      summary: "Submit a template for Meta's approval",
      description: "Meta may file it under another category than the one asked for; the answer has Meta's.",
      middleware: [permit("catalogue:write"), idempotent],
      request: { body: body(schema.templateInput) },
      responses: { 201: json(schema.template, "The template, awaiting approval") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { wabaId, ...template } = c.req.valid("json");
      const row = unwrap(await createTemplate(deps, principal.tenantId, wabaId, template));
      const { name, language, category, status } = row;
      await deps.audit(c.var, "template.create", row.id, { wabaId, name, language, category, status });
      return c.json(present(row), 201);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/templates/sync",
      tags,
      summary: "Bring the templates of one account, or of all, up to what Meta lists",
      middleware: [permit("catalogue:write")],
      request: { body: body(schema.templateSyncInput) },
      responses: { 200: json(schema.templateSyncResult, "What the sync changed") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { wabaId } = c.req.valid("json");
      const counts = unwrap(await syncTemplates(deps, principal.tenantId, wabaId));
      await deps.audit(c.var, "template.sync", wabaId ?? "all", { ...counts });
      return c.json(counts, 200);
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/templates/{id}",
      tags,
      summary: "Read a template",
      middleware: [permit("catalogue:read")],
      request: { params: idParam },
      responses: { 200: json(schema.template, "The template; its status is DELETED when Meta no longer lists it") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const row = await deps.store(principal.tenantId).templates.get(c.req.valid("param").id);
      return c.json(present(found(row, "template")), 200);
    },
  );

  app.openapi(
    route({
      method: "patch",
      path: "/v1/templates/{id}",
      tags,
      summary: "Say which lines may send a template",
      description:
        "Any lines of the template's account. A sync leaves them as they are; a new line is added to those templates only that all other lines have.",
      middleware: [permit("catalogue:write")],
      request: { params: idParam, body: body(templatePatch) },
      responses: { 200: json(schema.template, "The template") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { lines, templates } = deps.store(principal.tenantId);
      const { id } = c.req.valid("param");
      const { lineIds } = c.req.valid("json");
      const template = found(await templates.get(id), "template");
      const possible = new Set((await lines.ofAccount(template.wabaId)).map((line) => line.id));
      const errors = lineIds.flatMap((lineId, index) =>
        possible.has(lineId) ? [] : [{ path: `lineIds.${index}`, message: "not a line of the template's account" }],
      );
      if (errors.length > 0)
        throw problem("invalid_request", "Some lines can't send this template; see errors.", { errors });
      await templates.setLines(id, lineIds);
      await deps.audit(c.var, "template.update", id, { lineIds });
      return c.json(present(found(await templates.get(id), "template")), 200);
    },
  );
}
