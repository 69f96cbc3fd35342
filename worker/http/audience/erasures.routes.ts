import { FOUND_IN } from "#core/audience/erasure.ts";
import { iso, isoOrNull } from "#core/shared/time.ts";
import type { TenantStore } from "#deps.ts";
import * as schema from "#http/audience/erasures.schema.ts";
import { permit } from "#http/kit/auth.ts";
import { listQuery } from "#http/kit/common.schema.ts";
import { found } from "#http/kit/errors.ts";
import { idempotent } from "#http/kit/idempotency.ts";
import { type App, body, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import { askErasure } from "#services/audience/erasures.ts";

const tags = ["Personal data"];

type ErasureRow = NonNullable<Awaited<ReturnType<TenantStore["erasures"]["get"]>>>;
const present = (row: ErasureRow): schema.Erasure => ({
  id: row.id,
  contactId: row.contactId,
  status: row.status,
  reason: row.reason,
  found: Object.fromEntries(FOUND_IN.map((place) => [place, row.found[place] ?? 0])) as schema.Erasure["found"],
  createdBy: row.createdBy,
  createdAt: iso(row.createdAt),
  completedAt: isoOrNull(row.completedAt),
});

/** A person's right to be forgotten (LGPD, art. 18, VI). */
export function erasureRoutes(app: App): void {
  app.openapi(
    route({
      method: "post",
      path: "/v1/contacts/{id}/erase",
      tags,
      summary: "Erase a person",
      description:
        "Takes everything that tells of the person out of the catalogue, all campaigns, files and the audit log; campaigns under way send them nothing more. Can't be undone. Counts stay, and a keyed hash of phone, CPF and Meta's user id, by which imports, new contacts and inbound messages do not bring the person back. Safe to repeat: an erasure that failed goes on where it stopped.",
      middleware: [permit("tenant:admin"), idempotent],
      request: { params: idParam, body: body(schema.erasureInput) },
      responses: { 202: json(schema.erasure, "The erasure, queued") },
    }),
    async (c) => {
      const { deps } = c.var;
      const row = await askErasure(deps, c.var, c.req.valid("param").id, c.req.valid("json").reason);
      return c.json(present(found(row, "contact")), 202);
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/erasures",
      tags,
      summary: "List erasures",
      middleware: [permit("tenant:admin")],
      request: { query: listQuery },
      responses: { 200: json(schema.erasureList, "Erasures, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { query, answer } = await paging(c, c.req.valid("query"));
      return c.json(answer(await deps.store(principal.tenantId).erasures.list(query), present), 200);
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/erasures/{id}",
      tags,
      summary: "Read an erasure",
      middleware: [permit("tenant:admin")],
      request: { params: idParam },
      responses: { 200: json(schema.erasure, "The erasure, with what was found so far") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const row = await deps.store(principal.tenantId).erasures.get(c.req.valid("param").id);
      return c.json(present(found(row, "erasure")), 200);
    },
  );
}
