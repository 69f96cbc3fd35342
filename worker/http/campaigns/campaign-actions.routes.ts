import type { CampaignRpc, CampaignSnapshot } from "#contracts/campaign-rpc.ts";
import { isActive } from "#core/campaigns/status.ts";
import type { Result } from "#core/shared/result.ts";
import { permit } from "#http/kit/auth.ts";
import { found, problem } from "#http/kit/errors.ts";
import { idempotent } from "#http/kit/idempotency.ts";
import { type App, body, idParam, json, route } from "#http/kit/openapi.ts";
import * as schema from "#http/schemas/campaigns.ts";
import { logFailure } from "#log.ts";
import { checkCampaign } from "#services/campaigns/preflight.ts";
import { currentState, isDraft, presentCampaign } from "./campaign.present.ts";
import { presentPreflight, readCursor } from "./preflight.present.ts";

const tags = ["Campaigns"];
/** How long one request counts people: half a million on a quiet day, and short of what proxies wait for. */
const COUNTING_MS = 20_000;

/** What a person may do to a campaign under way, with the words for when its state does not allow it. */
const ACTIONS = [
  {
    verb: "pause",
    summary: "Pause a campaign",
    description: "No message leaves any more, within a second; those that Meta has taken already arrive.",
    refusal: {
      code: "campaign_not_pausable",
      detail: "Only a campaign that has been launched and is not over can be paused.",
    },
    run: (object: CampaignRpc) => object.pause("by_user"),
  },
  {
    verb: "resume",
    summary: "Resume a paused campaign",
    description: "It goes on exactly where it stopped; waves to come keep their distance.",
    refusal: { code: "campaign_not_resumable", detail: "Only a paused campaign can be resumed." },
    run: (object: CampaignRpc) => object.resume(),
  },
  {
    verb: "cancel",
    summary: "Cancel a campaign for good",
    description: "Whoever has not been sent to gets nothing. A draft is deleted instead.",
    refusal: {
      code: "campaign_not_cancellable",
      detail: "Only a campaign that has been launched and is not over can be cancelled; a draft is deleted instead.",
    },
    run: (object: CampaignRpc) => object.cancel(),
  },
] as const satisfies {
  verb: string;
  run: (object: CampaignRpc) => Promise<Result<CampaignSnapshot, string>>;
  [more: string]: unknown;
}[];

/** How the wait of people ends whom Meta's answer has tied to a line that can't send. */
const PINNED_ACTIONS = [
  {
    how: "move",
    summary: "Give people who wait for a blocked line to other lines",
    description:
      "Meta stopped their line for spam reports (131048) while their sends were under way, so they wait for a decision: another line may get the same reports. Whoever waits for a line that can send again is left alone. Safe to repeat.",
  },
  {
    how: "fail",
    summary: "Fail people who wait for a blocked line",
    description:
      "They get nothing, and history and report say that a person ended the wait. Whoever waits for a line that can send again is left alone. Safe to repeat.",
  },
] as const;

export function campaignActionRoutes(app: App): void {
  app.openapi(
    route({
      method: "post",
      path: "/v1/campaigns/{id}/preflight",
      tags,
      summary: "Check a campaign before it is launched",
      description:
        "Nothing is changed. The audience is counted person by person. Of a very large one a request counts a part, and `nextCursor` is not null: ask again with `cursor` until it is, and counts and issues are those of the whole audience.",
      middleware: [permit("campaigns:read")],
      request: { params: idParam, query: schema.preflightQuery },
      responses: { 200: json(schema.preflight, "What was found") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { tenantId } = principal;
      const row = found(await deps.store(tenantId).campaigns.get(c.req.valid("param").id), "campaign");
      const { cursor } = c.req.valid("query");
      const depth = { from: cursor === undefined ? null : readCursor(cursor), until: deps.now() + COUNTING_MS };
      return c.json(presentPreflight(found(await checkCampaign(deps, tenantId, row, depth), "campaign")), 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/campaigns/{id}/launch",
      tags,
      summary: "Launch a campaign",
      description: "Only a draft, and only when its preflight has no error; else 422 with all that was found.",
      middleware: [permit("campaigns:launch"), idempotent],
      request: { params: idParam },
      responses: { 200: json(schema.campaign, "The campaign, under way") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { tenantId } = principal;
      const { campaigns } = deps.store(tenantId);
      const { id } = c.req.valid("param");
      const draft = found(await campaigns.get(id), "campaign");
      const notLaunchable = () =>
        problem("campaign_not_launchable", "It has been launched or changed meanwhile; look at it again.");
      if (!isDraft(draft)) throw notLaunchable();

      // Whether anybody is eligible is soon known; who else is counts only when there is something to tell.
      const quick = found(await checkCampaign(deps, tenantId, draft, "first eligible"), "campaign").report;
      if (!quick.ok) {
        const depth = { from: null, until: deps.now() + COUNTING_MS };
        const whole = found(await checkCampaign(deps, tenantId, draft, depth), "campaign").report;
        throw problem("preflight_failed", "The campaign has problems that must be solved first; see issues.", {
          issues: whole.ok ? quick.issues : whole.issues,
        });
      }
      const row = await campaigns.markLaunched(id, draft.updatedAt, deps.now());
      if (!row) throw notLaunchable();
      try {
        await deps.campaign(id).start(tenantId, id);
      } catch (error) {
        // It is launched all the same: the cron starts it within a minute.
        logFailure("campaign_start_failed", error, { campaignId: id });
      }
      await deps.audit(c.var, "campaign.launch", id);
      return c.json(presentCampaign(row, await currentState(deps, row)), 200);
    },
  );

  for (const { verb, summary, description, refusal, run } of ACTIONS) {
    app.openapi(
      route({
        method: "post",
        path: `/v1/campaigns/{id}/${verb}`,
        tags,
        summary,
        description,
        middleware: [permit("campaigns:launch")],
        request: { params: idParam },
        responses: { 200: json(schema.campaign, "The campaign") },
      }),
      async (c) => {
        const { deps, principal } = c.var;
        const { tenantId } = principal;
        const { id } = c.req.valid("param");
        const row = found(await deps.store(tenantId).campaigns.get(id), "campaign");
        if (isDraft(row)) throw problem(refusal.code, refusal.detail);
        const object = deps.campaign(id);
        let outcome = await run(object);
        if (!outcome.ok && isActive(row.status)) {
          // Launched while its object could not be reached: it has to begin before it can be stopped.
          await object.start(tenantId, id);
          outcome = await run(object);
        }
        if (!outcome.ok) throw problem(refusal.code, refusal.detail);
        await deps.audit(c.var, `campaign.${verb}`, id);
        return c.json(presentCampaign(row, outcome.value), 200);
      },
    );
  }

  app.openapi(
    route({
      method: "post",
      path: "/v1/campaigns/{id}/resend",
      tags,
      summary: "Send again what is in doubt",
      description:
        "Another try for recipients whose status is `unknown`: Meta's answer never came, so some of them may have got the message already and would get it twice. `acknowledgeDuplicates` says that you know. Without `contactIds` all of them. Who has opted out or is in service by now is withheld.",
      middleware: [permit("campaigns:launch"), idempotent],
      request: { params: idParam, body: body(schema.resendInput) },
      responses: { 200: json(schema.resend, "How many get another try, and how many were withheld") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { id } = c.req.valid("param");
      const { contactIds } = c.req.valid("json");
      const row = found(await deps.store(principal.tenantId).campaigns.get(id), "campaign");
      const outcome = isDraft(row) ? null : await deps.campaign(id).resend(contactIds ?? null);
      if (!outcome?.ok) {
        throw problem(
          "campaign_not_resendable",
          "Only a campaign that has been launched and was not cancelled can send again what is in doubt.",
        );
      }
      await deps.audit(c.var, "campaign.resend", id, { asked: contactIds?.length ?? "all", ...outcome.value });
      return c.json(outcome.value, 200);
    },
  );

  for (const { how, summary, description } of PINNED_ACTIONS) {
    app.openapi(
      route({
        method: "post",
        path: `/v1/campaigns/{id}/waiting/pinned_line_blocked/${how}`,
        tags,
        summary,
        description,
        middleware: [permit("campaigns:launch")],
        request: { params: idParam, body: body(schema.pinnedInput) },
        responses: { 200: json(schema.pinnedOutcome, "How many, and the campaign") },
      }),
      async (c) => {
        const { deps, principal } = c.var;
        const { id } = c.req.valid("param");
        const { lineId } = c.req.valid("json");
        const store = deps.store(principal.tenantId);
        const row = found(await store.campaigns.get(id), "campaign");
        // People may be tied to a line that has been deleted since: then only the campaign knows it.
        const isWaitedFor = (row.waiting ?? []).some(({ lines }) => lines.some((line) => line.lineId === lineId));
        if (lineId != null && !isWaitedFor) found(await store.lines.get(lineId), "line");
        const people = isDraft(row) ? 0 : await deps.campaign(id).endPinnedWaits(lineId ?? null, how);
        await deps.audit(c.var, `campaign.waiting.${how}`, id, { lineId: lineId ?? "all", people });
        return c.json({ people, campaign: presentCampaign(row, await currentState(deps, row)) }, 200);
      },
    );
  }
}
