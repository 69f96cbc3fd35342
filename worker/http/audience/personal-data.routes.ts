import { alertSpeaker } from "#core/operations/alert-message.ts";
import type { Language } from "#core/shared/language.ts";
import { iso, isoOrNull } from "#core/shared/time.ts";
import * as schema from "#http/audience/personal-data.schema.ts";
import { presentHistory, presentRecipient } from "#http/campaigns/recipient.present.ts";
import { permit } from "#http/kit/auth.ts";
import { notFound, problem } from "#http/kit/errors.ts";
import { languageOf } from "#http/kit/language.ts";
import { type App, idParam, json, route } from "#http/kit/openapi.ts";
import { type PersonalData, personalDataOf } from "#services/audience/personal-data.ts";
import { presentEvent } from "./contact-details.routes.ts";
import { presentContact } from "./present-contact.ts";

/** A person's right to know what is held of them (LGPD, art. 18, II). */
export function personalDataRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/contacts/{id}/personal-data",
      tags: ["Personal data"],
      summary: "Read all that is held of a person",
      description:
        "One document, complete: the contact, its consent, where it is listed, who served it, and every campaign's message with its text and history. 503 `unavailable` when a campaign does not answer, rather than an answer without it.",
      middleware: [permit("tenant:admin")],
      request: { params: idParam },
      responses: { 200: json(schema.personalData, "What is held, oldest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { id } = c.req.valid("param");
      const data = await personalDataOf(deps, principal.tenantId, id);
      if (!data.ok) {
        const { error } = data;
        if (error.reason === "no_contact") throw notFound("contact");
        throw problem(
          "unavailable",
          `Campaign ${error.campaignId} does not answer, so what it holds of the person would be missing. Try again.`,
        );
      }
      const { timeZone = "UTC" } = (await deps.store(principal.tenantId).tenant.get()) ?? {};
      return c.json(present(data.value, deps.now(), { language: languageOf(c), timeZone }), 200);
    },
  );
}

const present = (
  data: PersonalData,
  now: number,
  reader: { language: Language; timeZone: string },
): schema.PersonalData => ({
  preparedAt: iso(now),
  contact: presentContact(data.contact),
  userId: data.contact.userId,
  otherContactIds: data.otherContactIds,
  consentEvents: data.consentEvents.map(presentEvent),
  audiences: data.audiences.map(({ id, name }) => ({ id, name })),
  blocks: data.blocks.map(({ id, phone, document, userId, segmentId, reason, contract, until, createdAt }) => ({
    ...{ id, phone, document, userId, segmentId, reason, contract },
    until: isoOrNull(until),
    createdAt: iso(createdAt),
  })),
  attendances: data.attendances.map(({ id, phone, channel, startedAt, lastEventAt, endedAt }) => ({
    ...{ id, phone, channel },
    startedAt: iso(startedAt),
    lastEventAt: iso(lastEventAt),
    endedAt: isoOrNull(endedAt),
  })),
  strikes: data.strikes.map(({ campaignId, at }) => ({ campaignId, at: iso(at) })),
  imports: data.imports.map((row) => ({
    id: row.id,
    createdAt: iso(row.createdAt),
    legalBasis: "legalBasis" in row && typeof row.legalBasis === "string" ? row.legalBasis : null,
  })),
  campaigns: data.messages.map(({ campaign, recipient }) => ({
    id: campaign.id,
    name: campaign.name,
    message: {
      ...presentRecipient(recipient, reader.language),
      history: recipient.history.map((entry) => presentHistory(entry, reader.language)),
    },
  })),
  alerts: data.alerts.map((alert) => ({
    id: alert.id,
    kind: alert.kind,
    message: alertSpeaker(reader)(alert).message,
    createdAt: iso(alert.createdAt),
  })),
  auditEntries: data.auditEntries.map(({ id, actor, action, subject, detail, requestId, at }) => ({
    ...{ id, actor, action, subject, detail, requestId },
    at: iso(at),
  })),
});
