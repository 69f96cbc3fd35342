import * as campaignsSchema from "#http/campaigns/campaigns.schema.ts";
import * as preflightSchema from "#http/campaigns/preflight.schema.ts";
import * as recipientsSchema from "#http/campaigns/recipients.schema.ts";
import { permit } from "#http/kit/auth.ts";
import { found, notFound, problem } from "#http/kit/errors.ts";
import { idempotent } from "#http/kit/idempotency.ts";
import { type App, body, idParam, json, route } from "#http/kit/openapi.ts";
import { type Control, controlCampaign } from "#services/campaigns/control-campaign.ts";
import { type LaunchFailure, launchCampaign } from "#services/campaigns/launch-campaign.ts";
import { endPinnedWaits } from "#services/campaigns/pinned-waits.ts";
import { COUNTING_MS, checkCampaign } from "#services/campaigns/preflight.ts";
import { resend } from "#services/campaigns/resend.ts";
import { currentState, presentCampaign } from "./campaign.present.ts";
import { presentPreflight, readCursor } from "./preflight.present.ts";

const tags = ["Campaigns"];
/** What a person may do to a campaign under way, with the words for when its state does not allow it. */
const CONTROLS = [
  {
    verb: "pause",
    summary: "Pause a campaign",
    description: "No message leaves any more, within a second; those that Meta has taken already arrive.",
    refusal: {
      code: "campaign_not_pausable",
      detail: "Only a campaign that has been launched and is not over can be paused.",
    },
  },
  {
    verb: "resume",
    summary: "Resume a paused campaign",
    description: "It goes on exactly where it stopped; waves to come keep their distance.",
    refusal: { code: "campaign_not_resumable", detail: "Only a paused campaign can be resumed." },
  },
  {
    verb: "cancel",
    summary: "Cancel a campaign for good",
    description: "Whoever has not been sent to gets nothing. A draft is deleted instead.",
    refusal: {
      code: "campaign_not_cancellable",
      detail: "Only a campaign that has been launched and is not over can be cancelled; a draft is deleted instead.",
    },
  },
] as const satisfies { verb: Control; [more: string]: unknown }[];

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
      request: { params: idParam, query: preflightSchema.preflightQuery },
      responses: { 200: json(preflightSchema.preflight, "What was found") },
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
      responses: { 200: json(campaignsSchema.campaign, "The campaign, under way") },
    }),
    async (c) => {
      const { deps } = c.var;
      const launched = await launchCampaign(deps, c.var, c.req.valid("param").id);
      if (!launched.ok) throw launchProblem(launched.error);
      const row = launched.value;
      return c.json(presentCampaign(row, await currentState(deps, row)), 200);
    },
  );

  for (const { verb, summary, description, refusal } of CONTROLS) {
    app.openapi(
      route({
        method: "post",
        path: `/v1/campaigns/{id}/${verb}`,
        tags,
        summary,
        description,
        middleware: [permit("campaigns:launch")],
        request: { params: idParam },
        responses: { 200: json(campaignsSchema.campaign, "The campaign") },
      }),
      async (c) => {
        const outcome = await controlCampaign(c.var.deps, c.var, c.req.valid("param").id, verb);
        if (outcome.ok) return c.json(presentCampaign(outcome.value.row, outcome.value.now), 200);
        throw outcome.error === "not_found" ? notFound("campaign") : problem(refusal.code, refusal.detail);
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
      request: { params: idParam, body: body(recipientsSchema.resendInput) },
      responses: { 200: json(recipientsSchema.resend, "How many get another try, and how many were withheld") },
    }),
    async (c) => {
      const { contactIds } = c.req.valid("json");
      const outcome = await resend(c.var.deps, c.var, c.req.valid("param").id, contactIds ?? null);
      if (outcome.ok) return c.json(outcome.value, 200);
      throw outcome.error === "not_found"
        ? notFound("campaign")
        : problem(
            "campaign_not_resendable",
            "Only a campaign that has been launched and was not cancelled can send again what is in doubt.",
          );
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
        request: { params: idParam, body: body(campaignsSchema.pinnedInput) },
        responses: { 200: json(campaignsSchema.pinnedOutcome, "How many, and the campaign") },
      }),
      async (c) => {
        const { deps } = c.var;
        const { lineId = null } = c.req.valid("json");
        const outcome = await endPinnedWaits(deps, c.var, c.req.valid("param").id, { lineId, how });
        if (!outcome.ok) throw notFound(outcome.error === "no_line" ? "line" : "campaign");
        const { people, row } = outcome.value;
        return c.json({ people, campaign: presentCampaign(row, await currentState(deps, row)) }, 200);
      },
    );
  }
}

function launchProblem(failure: LaunchFailure) {
  switch (failure.kind) {
    case "not_found":
      return notFound("campaign");
    case "not_launchable":
      return problem("campaign_not_launchable", "It has been launched or changed meanwhile; look at it again.");
    case "preflight_failed":
      return problem("preflight_failed", "The campaign has problems that must be solved first; see issues.", {
        issues: failure.issues,
      });
  }
}
