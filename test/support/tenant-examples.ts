import { unique } from "./builders.ts";
import type { Ids, PopulatedTenant } from "./populated-tenant.ts";

/**
 * What the shared suite must know about each route to call it in earnest. A route that is not described well enough
 * makes the suite fail by name, so a new route is added here in the same change.
 */

/** Whose id stands at each place of a path. */
export const PATH_IDS: Record<string, keyof Ids> = {
  "/v1/segments/{id}": "segmentId",
  "/v1/lines/{id}": "lineId",
  "/v1/templates/{id}": "templateId",
  "/v1/audiences/{id}": "audienceId",
  "/v1/contacts/{id}": "contactId",
  "/v1/attendances/{id}": "attendanceId",
  "/v1/blocks/{id}": "blockId",
  "/v1/imports/{id}": "importId",
  "/v1/campaigns/{id}": "campaignId",
  "/v1/campaigns/{id}/recipients/{contactId}": "contactId",
  "/v1/erasures/{id}": "erasureId",
  "/v1/exports/{id}": "exportId",
  "/v1/alerts/{id}": "alertId",
  "/v1/api-keys/{id}": "apiKeyId",
  "/v1/dead-letters/{id}": "deadLetterId",
};

/** Lists in which one of the tenant's own rows must be seen; else "only own rows" would be true of an empty answer. */
export const LISTS: Record<string, keyof Ids> = {
  "GET /v1/segments": "segmentId",
  "GET /v1/lines": "lineId",
  "GET /v1/portfolios": "portfolioId",
  "GET /v1/templates": "templateId",
  "GET /v1/audiences": "audienceId",
  "GET /v1/contacts": "contactId",
  "GET /v1/attendances": "attendanceId",
  "GET /v1/blocks": "blockId",
  "GET /v1/import-mappings": "mappedHeader",
  "GET /v1/erasures": "erasureId",
  "GET /v1/campaigns": "campaignId",
  "GET /v1/alerts": "alertId",
  "GET /v1/api-keys": "apiKeyId",
  "GET /v1/audit-log": "auditEntryId",
  "GET /v1/dead-letters": "deadLetterId",
  "GET /v1/unmatched-events": "lineId",
};

/** Reachable without credentials, on purpose. */
export const OPEN = ["POST /auth/sign-in/email"];
/** Any credentials will do: no scope is asked for. */
export const WITHOUT_SCOPE = ["GET /v1/me", "POST /auth/sign-out"];

/** A token that is worth nothing is as good as signed out. */
export const ENDS_ANY_SESSION = ["POST /auth/sign-out"];

export interface Example {
  /** Bodies that are valid for this tenant; together they name every kind of id that a body may hold. */
  bodies?: ((own: PopulatedTenant) => unknown)[];
  contentType?: string;
  /** Answers to the example that are right although not 2xx: Meta is out of reach here, or the state forbids it. */
  alsoAnswers?: number[];
}

const phone = () => `+55119${60_000_000 + unique()}`;
const campaign = ({ ids, marker }: PopulatedTenant) => ({
  name: `New campaign ${marker}`,
  segmentId: ids.segmentId,
  audienceId: ids.audienceId,
  templateId: ids.templateId,
  variables: { "body.1": { field: "firstName", fallback: "cliente" } },
});

export const EXAMPLES: Record<string, Example> = {
  "POST /auth/sign-in/email": {
    bodies: [() => ({ email: "nobody@example.com", password: "not it" })],
    alsoAnswers: [401],
  },

  "PATCH /v1/tenant": { bodies: [({ marker }) => ({ name: marker, timeZone: "America/Recife" })] },
  "POST /v1/api-keys": { bodies: [({ marker }) => ({ name: `Key ${marker}`, scopes: ["contacts:read"] })] },

  "POST /v1/segments": { bodies: [({ marker }) => ({ name: `New segment ${marker}` })] },
  "PATCH /v1/segments/{id}": { bodies: [({ marker }) => ({ name: `Renamed ${marker}` })] },
  "DELETE /v1/segments/{id}": { alsoAnswers: [409] },

  "POST /v1/lines": {
    bodies: [
      ({ ids }) => ({
        segmentId: ids.segmentId,
        kind: "prospect",
        wabaId: `8000${unique()}`,
        phoneNumberId: `9000${unique()}`,
        accessToken: "token",
        name: "New line",
      }),
    ],
    alsoAnswers: [422, 502],
  },
  "PATCH /v1/lines/{id}": { bodies: [({ ids }) => ({ segmentId: ids.segmentId, name: "Renamed line" })] },
  "DELETE /v1/lines/{id}": { alsoAnswers: [409] },
  "POST /v1/lines/{id}/sync": { alsoAnswers: [422, 502] },
  "POST /v1/lines/{id}/resume": { alsoAnswers: [409, 422, 502] },

  "POST /v1/templates": {
    bodies: [
      ({ ids }) => ({
        wabaId: ids.wabaId,
        name: "new_template",
        language: "pt_BR",
        category: "UTILITY",
        components: [{ type: "BODY", text: "Olá" }],
      }),
    ],
    alsoAnswers: [422, 502],
  },
  "PATCH /v1/templates/{id}": { bodies: [({ ids }) => ({ lineIds: [ids.lineId] })] },
  "POST /v1/templates/sync": { bodies: [({ ids }) => ({ wabaId: ids.wabaId })], alsoAnswers: [422, 502] },

  "POST /v1/audiences": {
    bodies: [
      ({ ids, marker }) => ({ segmentId: ids.segmentId, name: `New ${marker}` }),
      ({ ids, marker }) => ({
        segmentId: ids.segmentId,
        name: `Dynamic ${marker}`,
        kind: "dynamic",
        filter: { audienceIds: { notIn: [ids.audienceId] } },
      }),
    ],
    alsoAnswers: [400],
  },
  "POST /v1/audiences/count": {
    bodies: [() => ({ filter: { hasDocument: true } }), ({ ids }) => ({ filter: { segmentIds: [ids.segmentId] } })],
    alsoAnswers: [400],
  },
  "PATCH /v1/audiences/{id}": { bodies: [({ marker }) => ({ name: `Renamed ${marker}` })] },
  "DELETE /v1/audiences/{id}": { alsoAnswers: [409] },
  "POST /v1/audiences/{id}/imports": {
    bodies: [() => "NomePessoa;DDDTelefone;NumeroTelefone\nAna;11;987654321\n"],
    contentType: "text/csv",
  },
  "POST /v1/imports/{id}/start": { bodies: [() => ({ mode: "add", legalBasis: "consent" })], alsoAnswers: [409] },
  "POST /v1/imports/{id}/cancel": { alsoAnswers: [409] },

  "POST /v1/contacts": {
    bodies: [
      ({ ids, marker }) => ({
        name: `Bia ${marker}`,
        phone: phone(),
        email: "bia@example.com",
        hashtags: ["vip"],
        attributes: { Cidade: "Recife" },
        optIn: { source: "site", at: "2026-11-01T12:00:00Z" },
        audienceId: ids.audienceId,
      }),
    ],
  },
  "PATCH /v1/contacts/{id}": { bodies: [() => ({ name: "Bia Souza", phone: phone() })] },
  "POST /v1/contacts/{id}/opt-in": { bodies: [() => ({ source: "site", at: "2026-11-01T12:00:00Z" })] },
  "POST /v1/contacts/{id}/erase": { bodies: [() => ({ reason: "requested" })] },
  "POST /v1/contacts/{id}/merge": { bodies: [({ ids }) => ({ contactId: ids.twinId })] },
  "POST /v1/contacts/{id}/opt-out": { bodies: [() => ({ reason: "asked to" })] },

  "POST /v1/blocks": {
    bodies: [
      ({ ids, marker }) => ({
        phone: phone(),
        document: "529.982.247-25",
        userId: "BR.1a2B3c",
        segmentId: ids.segmentId,
        reason: `asked ${marker}`,
        contract: "42",
        until: new Date(Date.now() + 86_400_000).toISOString(),
      }),
    ],
  },

  "PATCH /v1/blocks/{id}": { bodies: [() => ({ reason: "asked again", contract: "43", until: null })] },
  "POST /v1/blocks/end": { bodies: [({ ids }) => ({ ids: [ids.blockId] })] },
  "POST /v1/blocks/imports": { bodies: [() => `Telefone;Motivo\n${phone()};asked\n`], contentType: "text/csv" },

  "POST /v1/attendances": { bodies: [() => ({ phone: phone(), channel: "idr", startedAt: "2026-11-01T12:00:00Z" })] },
  "POST /v1/attendances/batch": { bodies: [() => ({ attendances: [{ phone: phone(), channel: "operation" }] })] },
  "POST /v1/attendances/end": { bodies: [({ ids }) => ({ ids: [ids.attendanceId] })] },
  "PATCH /v1/attendances/{id}": { bodies: [() => ({ endedAt: new Date(Date.now() + 1000).toISOString() })] },

  "POST /v1/campaigns": {
    bodies: [
      campaign,
      (own) => ({
        ...campaign(own),
        sender: { mode: "line", lineId: own.ids.lineId },
        startAt: "2027-01-01T12:00:00Z",
      }),
    ],
  },
  "PATCH /v1/campaigns/{id}": {
    bodies: [(own) => ({ ...campaign(own), sender: { mode: "line", lineId: own.ids.lineId } })],
  },
  "POST /v1/campaigns/{id}/launch": { alsoAnswers: [422] },
  "POST /v1/campaigns/{id}/pause": { alsoAnswers: [409] },
  "POST /v1/campaigns/{id}/resume": { alsoAnswers: [409] },
  "POST /v1/campaigns/{id}/cancel": { alsoAnswers: [409] },
  "POST /v1/campaigns/{id}/resend": { bodies: [() => ({ acknowledgeDuplicates: true })], alsoAnswers: [409] },
  "POST /v1/campaigns/{id}/waiting/pinned_line_blocked/move": { bodies: [({ ids }) => ({ lineId: ids.lineId })] },
  "POST /v1/campaigns/{id}/waiting/pinned_line_blocked/fail": { bodies: [({ ids }) => ({ lineId: ids.lineId })] },
  "GET /v1/campaigns/{id}/recipients/{contactId}": { alsoAnswers: [404] },
  "GET /v1/campaigns/{id}/live": { alsoAnswers: [409] },
  "POST /v1/campaigns/{id}/exports": { bodies: [() => ({ delimiter: "," })], alsoAnswers: [409] },
};
