import type { SendingWindowChoice } from "#core/campaigns/policy.ts";
import { actorOf } from "#core/identity/principal.ts";
import * as schema from "#http/campaigns/campaigns.schema.ts";
import { permit } from "#http/kit/auth.ts";
import { found, notFound, problem } from "#http/kit/errors.ts";
import { idempotent } from "#http/kit/idempotency.ts";
import { type App, body, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import { currentState, isDraft, presentCampaign } from "./campaign.present.ts";
import { campaignActionRoutes } from "./campaign-actions.routes.ts";
import { liveTicketRoutes } from "./live.routes.ts";
import { checkPlan } from "./plan-input.ts";
import { recipientRoutes } from "./recipients.routes.ts";
import { checkReferences } from "./references.ts";

const tags = ["Campaigns"];
const instantOf = (text: string | null | undefined) => (text == null ? null : Date.parse(text));
/** Kept only where a campaign differs from its tenant. */
const choiceColumn = (choice: SendingWindowChoice) => (choice.mode === "tenant" ? null : choice);
const notEditable = () =>
  problem("campaign_not_editable", "It has been launched: what it was launched with stays. Create a new campaign.");

export function campaignRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/campaigns",
      tags,
      summary: "List campaigns",
      description:
        "Counts of campaigns under way are some seconds old here; reading one campaign gives those of the moment.",
      middleware: [permit("campaigns:read")],
      request: { query: schema.campaignQuery },
      responses: { 200: json(schema.campaignList, "Campaigns, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { query, answer } = await paging(c, c.req.valid("query"));
      const page = await deps.store(principal.tenantId).campaigns.list(query);
      return c.json(
        answer(page, (row) => presentCampaign(row)),
        200,
      );
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/campaigns",
      tags,
      summary: "Create a campaign",
      description:
        "It is a draft: nothing is sent before it is launched. All it needs is a name; what else a launch needs may be null, or left out, until then. The check names what is missing.",
      middleware: [permit("campaigns:write"), idempotent],
      request: { body: body(schema.campaignInput) },
      responses: { 201: json(schema.campaign, "The campaign, a draft") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const store = deps.store(principal.tenantId);
      const input = c.req.valid("json");
      checkPlan({ ...input, startAt: instantOf(input.startAt) }, deps.now());
      await checkReferences(store, input);
      const row = await store.campaigns.create({
        ...input,
        id: deps.newId("cmp"),
        filter: input.filter ?? null,
        startAt: instantOf(input.startAt),
        pacing: input.pacing ?? null,
        sendingWindow: choiceColumn(input.sendingWindow),
        createdBy: actorOf(principal),
        createdAt: deps.now(),
      });
      await deps.audit(c.var, "campaign.create", row.id, { name: row.name });
      return c.json(presentCampaign(row), 201);
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/campaigns/{id}",
      tags,
      summary: "Read a campaign",
      middleware: [permit("campaigns:read")],
      request: { params: idParam },
      responses: { 200: json(schema.campaign, "The campaign as it stands this moment") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const row = found(await deps.store(principal.tenantId).campaigns.get(c.req.valid("param").id), "campaign");
      return c.json(presentCampaign(row, await currentState(deps, row)), 200);
    },
  );

  app.openapi(
    route({
      method: "patch",
      path: "/v1/campaigns/{id}",
      tags,
      summary: "Change a draft",
      description: "Fields that are left out stay.",
      middleware: [permit("campaigns:write")],
      request: { params: idParam, body: body(schema.campaignPatch) },
      responses: { 200: json(schema.campaign, "The campaign") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const store = deps.store(principal.tenantId);
      const { id } = c.req.valid("param");
      const { startAt, sendingWindow, ...patch } = c.req.valid("json");
      const row = found(await store.campaigns.get(id), "campaign");
      if (!isDraft(row)) throw notEditable();
      checkPlan({ pacing: patch.pacing, startAt: instantOf(startAt) }, deps.now());
      await checkReferences(store, { ...row, ...patch });
      const change = {
        ...patch,
        ...(startAt === undefined ? {} : { startAt: instantOf(startAt) }),
        ...(sendingWindow === undefined ? {} : { sendingWindow: choiceColumn(sendingWindow) }),
      };
      const changed = await store.campaigns.updateDraft(id, change, deps.now());
      if (!changed) throw notEditable();
      await deps.audit(c.var, "campaign.update", id, { fields: Object.keys(change) });
      return c.json(presentCampaign(changed), 200);
    },
  );

  app.openapi(
    route({
      method: "delete",
      path: "/v1/campaigns/{id}",
      tags,
      summary: "Delete a draft",
      middleware: [permit("campaigns:write")],
      request: { params: idParam },
      responses: { 204: { description: "Deleted" } },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { campaigns } = deps.store(principal.tenantId);
      const { id } = c.req.valid("param");
      if (!(await campaigns.removeDraft(id))) throw (await campaigns.get(id)) ? notEditable() : notFound("campaign");
      await deps.audit(c.var, "campaign.delete", id);
      return c.body(null, 204);
    },
  );

  campaignActionRoutes(app);
  recipientRoutes(app);
  liveTicketRoutes(app);
}
