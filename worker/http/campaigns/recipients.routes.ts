import type { RecipientQuery } from "#contracts/campaign-rpc.ts";
import { ratesOf } from "#core/sending/rates.ts";
import { accountingOf, Tally } from "#core/sending/tally.ts";
import type { Deps } from "#deps.ts";
import * as schema from "#http/campaigns/recipients.schema.ts";
import * as statsSchema from "#http/campaigns/stats.schema.ts";
import { permit } from "#http/kit/auth.ts";
import { found, notFound } from "#http/kit/errors.ts";
import { languageOf } from "#http/kit/language.ts";
import { type App, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import { isDraft, NO_COUNTS } from "./campaign.present.ts";
import { presentHistory, presentRecipient, presentStats } from "./recipient.present.ts";

type Needs = Pick<Deps, "campaign" | "now">;

const tags = ["Campaigns"];
const recipientParam = idParam.extend({ contactId: idParam.shape.id });

/** A draft has no recipients, and its object is not woken to say so. */
const NO_STATS: statsSchema.CampaignStats = {
  counts: NO_COUNTS,
  rates: ratesOf(NO_COUNTS),
  byHour: [],
  byLine: [],
  byWave: [],
  byError: [],
  bySkip: [],
  accounting: accountingOf(new Tally(), 0, 0),
};

/** How long a page is looked for before what was found is answered, ms. */
const TIMEOUT_MS = 3_000;

/** Fills a page step by step: the object answers each after a bounded look, and sends in between. */
async function findRecipients(deps: Needs, campaignId: string, query: RecipientQuery) {
  const object = deps.campaign(campaignId);
  const until = deps.now() + TIMEOUT_MS;
  const { data, ...first } = await object.recipients(query);
  let { nextCursor } = first;
  while (nextCursor !== null && data.length < query.limit && deps.now() < until) {
    const page = await object.recipients({ ...query, cursor: nextCursor, limit: query.limit - data.length });
    data.push(...page.data);
    ({ nextCursor } = page);
  }
  return { data, nextCursor };
}

export function recipientRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/campaigns/{id}/recipients",
      tags,
      summary: "List a campaign's recipients",
      description:
        "Everyone in the audience, also those who get nothing, from the launch on. `q`: words of a name, or part of a phone, document, code or e-mail; accents, capitals and punctuation do not count. A filter looks at a million recipients at a time: a page may then be short or empty and still have a `nextCursor`, which goes on. When filters find little in a very large campaign, a page may have fewer than `limit` people, or none, and still name a `nextCursor`: only null is the end.",
      middleware: [permit("campaigns:read")],
      request: { params: idParam, query: schema.recipientQuery },
      responses: { 200: json(schema.recipientList, "Recipients, by contact") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const row = found(await deps.store(principal.tenantId).campaigns.get(c.req.valid("param").id), "campaign");
      const { query, answer } = await paging(c, c.req.valid("query"));
      if (isDraft(row)) return c.json({ data: [], nextCursor: null }, 200);
      const page = await findRecipients(deps, row.id, query);
      const language = languageOf(c);
      return c.json(
        answer(page, (each) => presentRecipient(each, language)),
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
      const language = languageOf(c);
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
        "`counts` are cumulative (a read message is also delivered and sent); `accounting` is exclusive and adds up to the audience. `rates` are the same wherever they are told; none but `sent` and `skipped` looks at people who were left out.",
      middleware: [permit("campaigns:read")],
      request: { params: idParam },
      responses: { 200: json(statsSchema.stats, "Figures of this moment") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const row = found(await deps.store(principal.tenantId).campaigns.get(c.req.valid("param").id), "campaign");
      const figures = isDraft(row) ? null : await deps.campaign(row.id).stats();
      return c.json(figures ? presentStats(figures, languageOf(c)) : NO_STATS, 200);
    },
  );
}
