import type { App } from "./openapi.ts";

const description = `WhatsApp campaigns through Meta's Cloud API: audiences with consent, waves, rotation over lines, and a report for every recipient.

**Credentials.** \`Authorization: Bearer <API key>\`. A key belongs to one tenant; what belongs to another is answered 404.

**Errors** are \`application/problem+json\` (RFC 9457) with a stable \`code\`; all codes are listed [below](#problems).

**Lists** take \`limit\` (1 to 200, 50 unless told) and \`cursor\`, and answer \`{data, nextCursor}\`. A cursor is good for the list and the filters that it came from. Newest come first; rows that are added while you page do not shift the pages.

**Instants** are ISO 8601 with an offset or \`Z\`; answers are in UTC. **Ids** are opaque, prefixed by type, and sort by creation.

**Repeating safely.** Send an \`Idempotency-Key\` with a POST that creates: the same request gets the first answer again for 24 hours, marked \`Idempotency-Replayed: true\`.

**Limits.** 429 comes with \`Retry-After\` in seconds. Every answer carries \`X-Request-Id\`; name it when you ask for help.`;

/** One sentence per tag, in the order in which an integration meets them. */
export const TAGS: Record<string, string> = {
  "Sign-in": "For people on the web application; integrations use API keys.",
  Tenant: "The company that everything below belongs to, and who is asking.",
  "API keys": "Credentials for integrations: shown once, revocable at once.",
  Segments: "Parts of the business; lines, audiences and campaigns belong to one.",
  Lines: "Phone numbers at Meta that send (prospect) or receive (receptive), and the portfolios that share a limit.",
  Templates: "Messages that Meta has approved, with their variables and the lines that may send them.",
  Audiences: "Named sets of contacts that campaigns are aimed at.",
  Imports: "CSV files that fill an audience; every row ends in exactly one count.",
  Contacts: "People, one per phone number, and their consent.",
  "Personal data": "What is held of a person, and its erasure (LGPD, art. 18).",
  Blocks: "Who must not be written to, by phone, document or WhatsApp user, whatever they consented to.",
  Attendances: "Who is being served by the bot or an operator, so that campaigns leave them alone.",
  Campaigns: "Prepare, check, launch, watch, pause and cancel.",
  Exports: "Reports as CSV.",
  Alerts: "What needs a person's eye: limits, quality, blocked lines, failures.",
  "Dead letters": "Work that failed for good, kept until a person retries or discards it.",
  "Unmatched events": "What Meta reported about messages and people that no campaign of this tenant knows.",
  "Audit log": "Who changed what.",
};

/** The OpenAPI 3.1 document, made from the schemas that validate requests. Call it when all routes are registered. */
export function openApiDocument(app: App) {
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "WhatsApp campaigns API", version: "1.0.0", description, license: { name: "MIT" } },
    servers: [{ url: "/", description: "Where this document was served from" }],
    tags: Object.entries(TAGS).map(([name, text]) => ({ name, description: text })),
  });
}

export function describeSecurity(app: App): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    type: "http",
    scheme: "bearer",
    description: "An API key (`wak_…`), or the token of a signed-in person.",
  });
}
