import type { Context } from "hono";
import { actorOf } from "#core/identity/principal.ts";
import { alertSpeaker, type StoredAlert } from "#core/operations/alert-message.ts";
import { iso, isoOrNull } from "#core/shared/time.ts";
import { permit } from "#http/kit/auth.ts";
import type { AppEnv } from "#http/kit/context.ts";
import { found } from "#http/kit/errors.ts";
import { languageOf } from "#http/kit/language.ts";
import { type App, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import * as schema from "#http/operations/alerts.schema.ts";

const tags = ["Alerts"];

interface AlertRow extends StoredAlert, Pick<schema.Alert, "id" | "severity"> {
  createdAt: number;
  acknowledgedAt: number | null;
}

/** Presents alerts in the words of whoever asks. */
async function presenter(c: Context<AppEnv>) {
  const { deps, principal } = c.var;
  const tenant = await deps.store(principal.tenantId).tenant.get();
  const wordsOf = alertSpeaker({ language: languageOf(c), timeZone: tenant?.timeZone ?? "UTC" });
  return (row: AlertRow): schema.Alert => ({
    id: row.id,
    kind: row.kind,
    severity: row.severity,
    subject: row.subject,
    ...wordsOf(row),
    createdAt: iso(row.createdAt),
    acknowledgedAt: isoOrNull(row.acknowledgedAt),
  });
}

export function alertRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/alerts",
      tags,
      summary: "List alerts",
      description:
        "`subject` is the id of what the alert is about; there is one open alert per kind and subject. `message` is in Portuguese for `Accept-Language: pt`, else in English.",
      middleware: [permit("campaigns:read")],
      request: { query: schema.alertQuery },
      responses: { 200: json(schema.alertList, "Alerts, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { query, answer } = await paging(c, c.req.valid("query"));
      const [page, present] = await Promise.all([deps.store(principal.tenantId).alerts.list(query), presenter(c)]);
      return c.json(answer(page, present), 200);
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
      const present = await presenter(c);
      return c.json(present(outcome.alert), 200);
    },
  );
}
