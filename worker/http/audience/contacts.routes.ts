import type { ConsentChannel } from "#core/audience/consent.ts";
import type { Principal } from "#core/identity/principal.ts";
import { MINUTE_MS } from "#core/shared/time.ts";
import * as schema from "#http/audience/contacts.schema.ts";
import { permit } from "#http/kit/auth.ts";
import { found, notFound, problem } from "#http/kit/errors.ts";
import { idempotent } from "#http/kit/idempotency.ts";
import { type App, body, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import { excludeIfBlocked } from "#services/audience/blocks.ts";
import { excludeFromCampaigns, recordOptOut } from "#services/audience/consent.ts";
import { wasErased } from "#services/audience/erasures.ts";
import { tellCampaigns } from "#services/sending/tell-campaigns.ts";
import { audienceIsDynamic } from "./audience-is-dynamic.ts";
import { phoneOr422, readField, readFields } from "./contact-input.ts";
import { presentContact } from "./present-contact.ts";

const tags = ["Contacts"];
/** Clocks of integrators run a little ahead of ours. */
const CLOCK_SKEW_MS = 5 * MINUTE_MS;

/** People work by the screen, programs by keys. */
const channelOf = ({ kind }: Principal): ConsentChannel => (kind === "apiKey" ? "api" : "screen");

const phoneTaken = () => problem("conflict", "There is a contact with this phone already; change that one.");

const personErased = () =>
  problem("person_erased", "Whoever has this phone or document asked for their data to be erased.");

/** When the person agreed: not in the future. */
function consentAt(at: string | undefined, now: number): number | "now" {
  if (at === undefined) return "now";
  const said = Date.parse(at);
  if (said > now + CLOCK_SKEW_MS) throw problem("invalid_request", "Nobody can have agreed in the future.");
  return Math.min(said, now);
}

export function contactRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/contacts",
      tags,
      summary: "List and find contacts",
      description:
        "`phone` and `document` in any punctuation. `q`: how words of a name begin, in any order; a phone, whole or from its " +
        "beginning or its last four digits; how a document, code or e-mail begins. Accents, capitals and punctuation do " +
        "not count. In an audience a search for what very many people have sees some of them at a time: a page may then be " +
        "short or empty and still have a `nextCursor`, which goes on.",
      middleware: [permit("contacts:read")],
      request: { query: schema.contactQuery },
      responses: { 200: json(schema.contactList, "Contacts, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { contacts, audiences } = deps.store(principal.tenantId);
      const { query, answer } = await paging(c, c.req.valid("query"));
      const audience = query.audienceId ? found(await audiences.get(query.audienceId), "audience") : null;
      const page = await contacts.list({
        ...query,
        matching: audience?.filter ? { filter: audience.filter, now: deps.now() } : undefined,
        phone: query.phone && phoneOr422(query.phone),
        document: query.document && (readField("document", query.document) ?? undefined),
      });
      return c.json(answer(page, presentContact), 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/contacts",
      tags,
      summary: "Create a contact",
      description: "One per phone. With `audienceId` it becomes a member of that audience.",
      middleware: [permit("contacts:write"), idempotent],
      request: { body: body(schema.contactInput) },
      responses: { 201: json(schema.contact, "The contact") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { contacts, audiences } = deps.store(principal.tenantId);
      const { optIn, audienceId, ...input } = c.req.valid("json");
      const now = deps.now();
      const fields = { ...input, phone: phoneOr422(input.phone), ...readFields(input) };
      const audience = audienceId ? found(await audiences.get(audienceId), "audience") : null;
      if (audience?.kind === "dynamic") throw audienceIsDynamic();
      if (await wasErased(deps, principal.tenantId, fields)) throw personErased();
      const row = await contacts.create(
        { ...fields, id: deps.newId("con"), createdAt: now },
        {
          audienceId,
          optIn: optIn && {
            ...optIn,
            eventId: deps.newId("cns"),
            channel: channelOf(principal),
            at: consentAt(optIn.at, now),
          },
        },
      );
      if (!row) throw phoneTaken();
      await deps.audit(c.var, "contact.create", row.id);
      return c.json(presentContact(row), 201);
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/contacts/{id}",
      tags,
      summary: "Read a contact",
      middleware: [permit("contacts:read")],
      request: { params: idParam },
      responses: { 200: json(schema.contact, "The contact") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const row = await deps.store(principal.tenantId).contacts.get(c.req.valid("param").id);
      return c.json(presentContact(found(row, "contact")), 200);
    },
  );

  app.openapi(
    route({
      method: "patch",
      path: "/v1/contacts/{id}",
      tags,
      summary: "Change a contact",
      description:
        "Fields that are left out stay; hashtags and attributes are replaced as a whole. Campaigns under way that have yet " +
        "to write to this person write to the new phone.",
      middleware: [permit("contacts:write")],
      request: { params: idParam, body: body(schema.contactPatch) },
      responses: { 200: json(schema.contact, "The contact") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { contacts } = deps.store(principal.tenantId);
      const { id } = c.req.valid("param");
      const { phone, ...input } = c.req.valid("json");
      const fields = {
        ...input,
        ...(phone === undefined ? {} : { phone: phoneOr422(phone) }),
        ...readFields(input),
      };
      if (await wasErased(deps, principal.tenantId, fields)) throw personErased();
      const row = await contacts.update(id, fields, deps.now());
      if (row === "not_found") throw notFound("contact");
      if (row === "phone_taken") throw phoneTaken();
      const { phone: newPhone } = row;
      // Before a campaign learns of a number that must not be written to.
      if (phone !== undefined || input.document !== undefined) await excludeIfBlocked(deps, principal.tenantId, row);
      if (phone !== undefined && newPhone !== null)
        await tellCampaigns(deps, principal.tenantId, (campaign) => campaign.changePhone(id, newPhone));
      await deps.audit(c.var, "contact.update", id, { fields: Object.keys(c.req.valid("json")) });
      return c.json(presentContact(row), 200);
    },
  );

  app.openapi(
    route({
      method: "delete",
      path: "/v1/contacts/{id}",
      tags,
      summary: "Delete a contact",
      description:
        "It leaves all audiences, and campaigns under way send it nothing more. Of somebody who had opted out a block stays " +
        "(`reason`: `opted_out`), so that an import can't bring them back as somebody new; a later opt-in lifts it.",
      middleware: [permit("contacts:write")],
      request: { params: idParam },
      responses: { 204: { description: "Deleted" } },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { id } = c.req.valid("param");
      const { contacts } = deps.store(principal.tenantId);
      if (!(await contacts.remove(id, { blockId: deps.newId("blk"), now: deps.now() }))) throw notFound("contact");
      await excludeFromCampaigns(deps, principal.tenantId, [id], "contactDeleted");
      await deps.audit(c.var, "contact.delete", id);
      return c.body(null, 204);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/contacts/{id}/opt-in",
      tags,
      summary: "Record a person's consent",
      description:
        "Without `at` the person agrees now. 409 `conflict` when the person has opted out at `at` or later: only a newer " +
        "consent lifts an opt-out. Safe to repeat.",
      middleware: [permit("contacts:write")],
      request: { params: idParam, body: body(schema.optInInput) },
      responses: { 200: json(schema.contact, "The contact") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { id } = c.req.valid("param");
      const { source, wording, at } = c.req.valid("json");
      const now = deps.now();
      const channel = channelOf(principal);
      const change = { eventId: deps.newId("cns"), source, channel, wording, at: consentAt(at, now) };
      const row = await deps.store(principal.tenantId).contacts.optIn(id, change, now);
      if (row === "not_found") throw notFound("contact");
      if (row === "opted_out_later") throw problem("conflict", "The person opted out after this consent was given.");
      await deps.store(principal.tenantId).blocks.liftRefusal(row);
      await deps.audit(c.var, "contact.opt_in", id, { source });
      return c.json(presentContact(row), 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/contacts/{id}/opt-out",
      tags,
      summary: "Take a person's consent back",
      description: "Campaigns under way send the person nothing more. Safe to repeat.",
      middleware: [permit("contacts:write")],
      request: { params: idParam, body: body(schema.optOutInput) },
      responses: { 200: json(schema.contact, "The contact") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { contacts } = deps.store(principal.tenantId);
      const { id } = c.req.valid("param");
      found(await contacts.get(id), "contact");
      const source = principal.kind === "apiKey" ? "api" : "operator";
      const why = { source, channel: channelOf(principal), ...c.req.valid("json") };
      await recordOptOut(deps, principal.tenantId, { contactIds: [id] }, why);
      await deps.audit(c.var, "contact.opt_out", id);
      return c.json(presentContact(found(await contacts.get(id), "contact")), 200);
    },
  );
}
