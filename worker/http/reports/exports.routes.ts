import { z } from "@hono/zod-openapi";
import { actorOf } from "#core/identity/principal.ts";
import { iso, isoOrNull } from "#core/shared/time.ts";
import type { TenantStore } from "#deps.ts";
import { isDraft } from "#http/campaigns/campaign.present.ts";
import { permit } from "#http/kit/auth.ts";
import { withDelimiter } from "#http/kit/delimiter-stream.ts";
import { found, problem } from "#http/kit/errors.ts";
import { idempotent } from "#http/kit/idempotency.ts";
import { type App, idParam, json, route } from "#http/kit/openapi.ts";
import * as schema from "#http/reports/exports.schema.ts";
import { reportFile } from "./report-file.ts";

const tags = ["Exports"];
const delimiterQuery = schema.exportInput.strip();

type ExportRow = NonNullable<Awaited<ReturnType<TenantStore["exports"]["get"]>>>;
const present = (row: ExportRow, url: string): schema.ExportJob => ({
  id: row.id,
  campaignId: row.campaignId,
  status: row.status,
  rows: row.rows,
  bytes: row.bytes,
  downloadUrl: isThere(row) ? new URL(`/v1/exports/${row.id}/download`, url).href : null,
  error: row.error,
  createdAt: iso(row.createdAt),
  completedAt: isoOrNull(row.completedAt),
  filesRemovedAt: isoOrNull(row.filesRemovedAt),
});
const isThere = ({ status, filesRemovedAt }: ExportRow) => status === "completed" && filesRemovedAt === null;

export function exportRoutes(app: App): void {
  app.openapi(
    route({
      method: "post",
      path: "/v1/campaigns/{id}/exports",
      tags,
      summary: "Make a campaign's report",
      description:
        "One row for everyone in the audience, as things stand while it is written. `NumeroTelefone` is the complete number (5511961234567; a foreign one keeps its `+`), `DDDTelefone` its area code again. `delimiter`, in the query or the body, is `;` unless told.",
      middleware: [permit("campaigns:read"), idempotent],
      request: {
        params: idParam,
        query: delimiterQuery,
        body: { required: false, content: { "application/json": { schema: schema.exportInput } } },
      },
      responses: { 202: json(schema.exportJob, "The export, queued") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { tenantId } = principal;
      const store = deps.store(tenantId);
      const row = found(await store.campaigns.get(c.req.valid("param").id), "campaign");
      if (isDraft(row))
        throw problem("not_ready", "A draft has no recipients to report on; launch the campaign first.");
      const id = deps.newId("exp");
      const job = await store.exports.create({
        id,
        campaignId: row.id,
        delimiter: c.req.valid("json").delimiter ?? c.req.valid("query").delimiter ?? ";",
        fileKey: `exports/${tenantId}/${id}.csv`,
        createdBy: actorOf(principal),
        createdAt: deps.now(),
      });
      await deps.queues.enqueueJob({ kind: "export", tenantId, exportId: id });
      await deps.audit(c.var, "export.create", id, { campaignId: row.id });
      return c.json(present(job, c.env.API_PUBLIC_URL), 202);
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/exports/{id}",
      tags,
      summary: "Read an export",
      middleware: [permit("campaigns:read")],
      request: { params: idParam },
      responses: { 200: json(schema.exportJob, "The export, with its progress") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const row = await deps.store(principal.tenantId).exports.get(c.req.valid("param").id);
      return c.json(present(found(row, "export"), c.env.API_PUBLIC_URL), 200);
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/exports/{id}/download",
      tags,
      summary: "Download a report",
      description:
        "CSV (RFC 4180) in UTF-8 with a byte order mark. `delimiter` rewrites it on the way, whatever it was made with. Cells that a spreadsheet would run as a formula begin with an apostrophe.",
      middleware: [permit("campaigns:read")],
      request: { params: idParam, query: delimiterQuery },
      responses: { 200: { description: "The report", content: { "text/csv": { schema: z.string() } } } },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const store = deps.store(principal.tenantId);
      const job = found(await store.exports.get(c.req.valid("param").id), "export");
      if (job.status !== "completed") throw problem("not_ready", `The export is ${job.status}.`);
      const keys = job.parts?.map(({ key }) => key) ?? [job.fileKey];
      const file = found(await reportFile(deps.files, keys), "file of an export");
      const campaign = await store.campaigns.get(job.campaignId);
      const headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": attachment(campaign?.name ?? job.id),
      };
      const { delimiter } = c.req.valid("query");
      if (delimiter !== undefined && delimiter !== job.delimiter) {
        return c.body(withDelimiter(file, job.delimiter === "," ? "," : ";", delimiter), 200, headers);
      }
      return c.body(file, 200, { ...headers, "Content-Length": String(job.bytes), ETag: `"${job.id}"` });
    },
  );
}

/** A plain name for old clients, the campaign's own for the others (RFC 6266). */
function attachment(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replace(/[^\w -]/g, "")
    .trim();
  const encoded = encodeURIComponent(`${name.toWellFormed()}.csv`).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain || "campanha"}.csv"; filename*=UTF-8''${encoded}`;
}
