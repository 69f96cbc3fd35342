import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { CampaignRpc } from "#contracts/campaign-rpc.ts";
import type { Caller } from "#core/identity/principal.ts";
import { makeDeps } from "#deps.ts";
import { controlCampaign } from "#services/campaigns/control-campaign.ts";
import { launchCampaign } from "#services/campaigns/launch-campaign.ts";
import { endPinnedWaits } from "#services/campaigns/pinned-waits.ts";
import { resend } from "#services/campaigns/resend.ts";
import { aCampaign, aTenant, newId, type TestTenant } from "../../support/builders.ts";
import { aLaunchableCampaign, campaignObject } from "../../support/campaigns.ts";

const deps = makeDeps(env);
/** Somebody who comes by no route: a schedule, or a command line. */
const callerOf = ({ tenantId }: TestTenant): Caller => ({
  principal: { kind: "apiKey", id: "key_schedule", name: "Schedule", tenantId, scopes: ["*"] },
  requestId: newId("run"),
});
const auditOf = async (t: TestTenant) => {
  const { data } = await deps.store(t.tenantId).audit.list({ limit: 10 });
  return data.map(({ actor, action }) => `${actor} ${action}`);
};

test("a campaign is launched, paused and cancelled without a route, and the audit log says by whom", async () => {
  const t = await aTenant();
  const { campaign } = await aLaunchableCampaign(t);
  const by = callerOf(t);
  expect(await launchCampaign(deps, by, campaign.id)).toMatchObject({ ok: true, value: { status: "preparing" } });
  expect(await campaignObject(campaign.id).snapshot()).not.toBeNull();
  const paused = await controlCampaign(deps, by, campaign.id, "pause");
  expect(paused).toMatchObject({ ok: true, value: { now: { status: "paused", statusReason: "by_user" } } });
  expect(await controlCampaign(deps, by, campaign.id, "cancel")).toMatchObject({ ok: true });
  expect(await resend(deps, by, campaign.id, null)).toEqual({ ok: false, error: "not_resendable" });
  expect((await auditOf(t)).reverse()).toEqual(
    ["launch", "pause", "cancel"].map((verb) => `apiKey:key_schedule campaign.${verb}`),
  );
});

test("what can't be done has a kind that stays, and changes nothing", async () => {
  const t = await aTenant();
  const by = callerOf(t);
  const { id: incomplete } = await aCampaign(t);
  const { id: foreign } = await aCampaign(await aTenant());
  const unlaunched = await launchCampaign(deps, by, incomplete);
  expect(unlaunched).toMatchObject({ ok: false, error: { kind: "preflight_failed" } });
  expect(await controlCampaign(deps, by, incomplete, "resume")).toEqual({ ok: false, error: "not_allowed" });
  expect(await resend(deps, by, incomplete, null)).toEqual({ ok: false, error: "not_resendable" });
  for (const id of [foreign, "cmp_none"]) {
    expect(await launchCampaign(deps, by, id)).toEqual({ ok: false, error: { kind: "not_found" } });
    expect(await controlCampaign(deps, by, id, "cancel")).toEqual({ ok: false, error: "not_found" });
    expect(await resend(deps, by, id, null)).toEqual({ ok: false, error: "not_found" });
    const waits = await endPinnedWaits(deps, by, id, { lineId: null, how: "fail" });
    expect(waits).toEqual({ ok: false, error: "no_campaign" });
  }
  const { id: done } = await aCampaign(t, { status: "completed" });
  expect(await launchCampaign(deps, by, done)).toEqual({ ok: false, error: { kind: "not_launchable" } });
  const noLine = await endPinnedWaits(deps, by, done, { lineId: "lin_none", how: "move" });
  expect(noLine).toEqual({ ok: false, error: "no_line" });
  expect(await auditOf(t)).toEqual([]);
});

test("a draft that is changed while it is checked is not launched as it was", async () => {
  const t = await aTenant();
  const { campaign } = await aLaunchableCampaign(t);
  const store = deps.store(t.tenantId);
  let isStarted = false;
  const changing: typeof deps = {
    ...deps,
    // The check asks the lines' portfolio; meanwhile somebody saves the draft.
    portfolio: (id) => {
      const portfolio = deps.portfolio(id);
      const overview = async () => {
        await store.campaigns.updateDraft(campaign.id, { name: "Outro" }, campaign.updatedAt + 1);
        return portfolio.overview();
      };
      return { overview } as typeof portfolio;
    },
    campaign: () =>
      ({
        start: async () => {
          isStarted = true;
        },
      }) as Partial<CampaignRpc> as CampaignRpc,
  };
  const outcome = await launchCampaign(changing, callerOf(t), campaign.id);
  expect(outcome).toEqual({ ok: false, error: { kind: "not_launchable" } });
  expect(isStarted).toBe(false);
  expect(await store.campaigns.get(campaign.id)).toMatchObject({ status: "draft", name: "Outro" });
});
