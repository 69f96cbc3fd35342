import { actorOf } from "#core/identity/principal.ts";
import { iso, isoOrNull } from "#core/shared/time.ts";
import { permit } from "#http/kit/auth.ts";
import { found } from "#http/kit/errors.ts";
import { type App, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import * as schema from "#http/operations/alerts.schema.ts";

const tags = ["Alerts"];

type AlertRow = Omit<schema.Alert, "createdAt" | "acknowledgedAt"> & {
  createdAt: number;
  acknowledgedAt: number | null;
};
const present = (row: AlertRow): schema.Alert => ({
  id: row.id,
  kind: row.kind,
  severity: row.severity,
  subject: row.subject,
  message: row.message,
  facts: row.facts,
  createdAt: iso(row.createdAt),
  acknowledgedAt: isoOrNull(row.acknowledgedAt),
});

export function alertRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/alerts",
      tags,
      summary: "List alerts",
      description: "`subject` is the id of what the alert is about; there is one open alert per kind and subject.",
      middleware: [permit("campaigns:read")],
      request: { query: schema.alertQuery },
      responses: { 200: json(schema.alertList, "Alerts, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { query, answer } = await paging(c, c.req.valid("query"));
      return c.json(answer(await deps.store(principal.tenantId).alerts.list(query), present), 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/alerts/{id}/acknowledge",
      tags,
      summary: "Acknowledge an alert",
      description: "Safe to repeat. If its cause comes up again, a new alert is opened.",
      middleware: [permit("campaigns:write")],
      request: { params: idParam },
      responses: { 200: json(schema.alert, "The alert, acknowledged") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { id } = c.req.valid("param");
      const by = actorOf(principal);
      const outcome = found(await deps.store(principal.tenantId).alerts.acknowledge(id, by, deps.now()), "alert");
      if (outcome.changed) await deps.audit(c.var, "alert.acknowledge", id, { kind: outcome.alert.kind });
      return c.json(present(outcome.alert), 200);
    },
  );
}
