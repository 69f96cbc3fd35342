import { ratesOf } from "../../core/campaign-rates.ts";
import type { CampaignRpc, RecipientQuery, RecipientRow } from "../../durable/rpc.ts";
import { permit } from "../auth.ts";
import { found, notFound } from "../errors.ts";
import { type App, idParam, json, route } from "../openapi.ts";
import * as schema from "../schemas/campaigns.ts";
import { isDraft, NO_COUNTS } from "../views/campaign-view.ts";
import { presentHistory, presentRecipient, presentStats } from "../views/recipient-view.ts";

const tags = ["Campaigns"];
/** Questions to a campaign's object, each of some thousand recipients; between them it goes on sending. */
const MOST_QUESTIONS = 50;
const recipientParam = idParam.extend({ contactId: idParam.shape.id });

/** A draft has no recipients, and its object is not woken to say so. */
const NO_STATS: schema.CampaignStats = {
  counts: NO_COUNTS,
  rates: ratesOf(NO_COUNTS),
  byHour: [],
  byLine: [],
  byWave: [],
  byError: [],
  bySkip: [],
  accounting: {
    audience: 0,
    pending: 0,
    queued: 0,
    sending: 0,
    sent: 0,
    failed: 0,
    unknown: 0,
    skipped: 0,
    balanced: true,
  },
};

/** A page as full as some questions make it; the cursor goes on behind what they have looked at. */
async function fullPage(campaign: CampaignRpc, { cursor, limit, ...query }: RecipientQuery) {
  const data: RecipientRow[] = [];
  let next: string | null = cursor ?? "";
  for (let asked = 0; asked < MOST_QUESTIONS && next !== null && data.length < limit; asked++) {
    const page = await campaign.recipients({ ...query, cursor: next, limit: limit - data.length });
    data.push(...page.data);
    next = page.nextCursor;
  }
  return { data, nextCursor: next };
}

export function recipientRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/campaigns/{id}/recipients",
      tags,
      summary: "List a campaign's recipients",
      description:
        "Everyone in the audience, also those who get nothing, from the launch on. `q`: words of a name, or part of a phone, document, code or e-mail; accents, capitals and punctuation do not count. A filter looks at a million recipients at a time: a page may then be short or empty and still have a `nextCursor`, which goes on.",
      middleware: [permit("campaigns:read")],
      request: { params: idParam, query: schema.recipientQuery },
      responses: { 200: json(schema.recipientList, "Recipients, by contact") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const row = found(await deps.store(principal.tenantId).campaigns.get(c.req.valid("param").id), "campaign");
      if (isDraft(row)) return c.json({ data: [], nextCursor: null }, 200);
      const page = await fullPage(deps.campaign(row.id), c.req.valid("query"));
      const language = c.req.header("Accept-Language");
      return c.json(
        { data: page.data.map((each) => presentRecipient(each, language)), nextCursor: page.nextCursor },
        200,
      );
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/campaigns/{id}/recipients/{contactId}",
      tags,
      summary: "Read a recipient with everything that happened",
      middleware: [permit("campaigns:read")],
      request: { params: recipientParam },
      responses: { 200: json(schema.recipientDetail, "The recipient, with its history, oldest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { id, contactId } = c.req.valid("param");
      const row = found(await deps.store(principal.tenantId).campaigns.get(id), "campaign");
      if (isDraft(row)) throw notFound("recipient");
      const { history, ...recipient } = found(await deps.campaign(id).recipient(contactId), "recipient");
      const language = c.req.header("Accept-Language");
      const presented = presentRecipient(recipient, language);
      return c.json({ ...presented, history: history.map((entry) => presentHistory(entry, language)) }, 200);
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/campaigns/{id}/stats",
      tags,
      summary: "Read a campaign's figures",
      description:
        "`counts` are cumulative (a read message is also delivered and sent); `accounting` is exclusive and adds up to the audience.",
      middleware: [permit("campaigns:read")],
      request: { params: idParam },
      responses: { 200: json(schema.stats, "Figures of this moment") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const row = found(await deps.store(principal.tenantId).campaigns.get(c.req.valid("param").id), "campaign");
      const figures = isDraft(row) ? null : await deps.campaign(row.id).stats();
      return c.json(figures ? presentStats(figures, c.req.header("Accept-Language")) : NO_STATS, 200);
    },
  );
}
