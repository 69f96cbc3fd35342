import { iso, isoOrNull } from "#core/shared/time.ts";
import type { TenantStore } from "#deps.ts";
import * as schema from "#http/audience/contacts.schema.ts";
import { permit } from "#http/kit/auth.ts";
import { found } from "#http/kit/errors.ts";
import { type App, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";

const tags = ["Contacts"];

type EventRow = Awaited<ReturnType<TenantStore["contacts"]["consentHistory"]>>[number];
export const presentEvent = ({
  id,
  status,
  source,
  reason,
  channel,
  wording,
  at,
  recordedAt,
}: EventRow): schema.ConsentEvent => ({
  ...{ id, status, source, reason, channel, wording },
  at: isoOrNull(at),
  recordedAt: iso(recordedAt),
});

/** What is held of a contact beside its own row. */
export function contactDetailRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/contacts/{id}/consent",
      tags,
      summary: "Read how a contact's consent came about",
      description: "The proof of each change: what was said, where it came from, and when. At most the last 200.",
      middleware: [permit("contacts:read")],
      request: { params: idParam },
      responses: { 200: json(schema.consentHistory, "Changes of the consent, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { contacts } = deps.store(principal.tenantId);
      const { id } = found(await contacts.get(c.req.valid("param").id), "contact");
      return c.json({ data: (await contacts.consentHistory(id)).map(presentEvent) }, 200);
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/contacts/{id}/audiences",
      tags,
      summary: "List the audiences of a contact",
      description: "At most 200.",
      middleware: [permit("contacts:read")],
      request: { params: idParam },
      responses: { 200: json(schema.contactAudiences, "Audiences, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { contacts } = deps.store(principal.tenantId);
      const { id } = found(await contacts.get(c.req.valid("param").id), "contact");
      const rows = await contacts.audiencesOf(id);
      return c.json({ data: rows.map(({ id, name, segmentId }) => ({ id, name, segmentId })) }, 200);
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/contacts/{id}/timeline",
      tags,
      summary: "Read what happened with a contact",
      description:
        "Campaigns' messages, imports, consent, blocks, attendances and edits; `group` narrows it to one of them. More kinds may be added.",
      middleware: [permit("contacts:read")],
      request: { params: idParam, query: schema.timelineQuery },
      responses: { 200: json(schema.timeline, "What happened, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { contacts, timeline } = deps.store(principal.tenantId);
      const contact = found(await contacts.get(c.req.valid("param").id), "contact");
      const { query, answer } = await paging(c, c.req.valid("query"));
      const page = await timeline.page(contact, query);
      return c.json(
        answer(page, ({ id, at, happened }) => ({ id, at: iso(at), happened })),
        200,
      );
    },
  );
}
