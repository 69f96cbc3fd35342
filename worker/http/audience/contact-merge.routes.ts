import * as schema from "#http/audience/contacts.schema.ts";
import { permit } from "#http/kit/auth.ts";
import { found, notFound, problem } from "#http/kit/errors.ts";
import { inUse, MOST_USES } from "#http/kit/in-use.ts";
import { type App, body, idParam, json, route } from "#http/kit/openapi.ts";
import { campaignsInTheWay, mergeContacts } from "#services/audience/merge-contacts.ts";
import { presentContact } from "./present-contact.ts";

const tags = ["Contacts"];

/** Two contacts that turn out to be one person. */
export function contactMergeRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/contacts/{id}/lookalikes",
      tags,
      summary: "List contacts that may be the same person",
      description:
        "`sharedBy`: `phone`, the same number with or without the ninth digit; `document`; `userId`, Meta's id of a person. " +
        "At most five.",
      middleware: [permit("contacts:read")],
      request: { params: idParam },
      responses: { 200: json(schema.lookalikes, "Contacts") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { contacts } = deps.store(principal.tenantId);
      const contact = found(await contacts.get(c.req.valid("param").id), "contact");
      const rows = await contacts.lookalikes(contact);
      return c.json({ data: rows.map((row) => ({ ...presentContact(row), sharedBy: row.sharedBy })) }, 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/contacts/{id}/merge",
      tags,
      summary: "Merge another contact into this one",
      description:
        "`contactId` is the same person, and is no more afterwards. This contact keeps its phone and what it has; what it " +
        "lacks comes from the other, hashtags and audiences of both are united, and the consent is what the words of both " +
        "come to: an older yes never lifts a no. After a no the other number is blocked. 409 `in_use` while a campaign under " +
        "way would write to the person twice by it, or not at all: once it is over, or if the other contact is kept.",
      middleware: [permit("contacts:write")],
      request: { params: idParam, body: body(schema.mergeInput) },
      responses: { 200: json(schema.contact, "The contact") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { tenantId } = principal;
      const { campaigns, contacts } = deps.store(tenantId);
      const pair = { keptId: c.req.valid("param").id, mergedId: c.req.valid("json").contactId };
      if (pair.keptId === pair.mergedId) throw problem("invalid_request", "A contact can't be merged into itself.");
      found(await contacts.get(pair.keptId), "contact");
      found(await contacts.get(pair.mergedId), "contact");
      const inTheWay = await campaignsInTheWay(deps, tenantId, pair);
      if (inTheWay.length > 0) {
        const rows = await Promise.all(inTheWay.slice(0, MOST_USES).map((id) => campaigns.get(id)));
        const uses = rows.flatMap((row) => row ?? []);
        throw inUse(
          "contact",
          uses.map(({ id, name, status }) => ({ type: "campaign", id, name, status })),
          "Merge once it is over, or keep the other contact.",
          inTheWay.length,
        );
      }
      const merged = await mergeContacts(deps, tenantId, pair);
      if (merged.outcome === "not_found") throw notFound("contact");
      await deps.audit(c.var, "contact.merge", pair.keptId, { mergedId: pair.mergedId });
      return c.json(presentContact(merged.row), 200);
    },
  );
}
