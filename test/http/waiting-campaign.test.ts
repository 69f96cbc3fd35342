import { eq } from "drizzle-orm";
import { afterEach, expect, test } from "vitest";
import * as schema from "../../worker/adapters/d1/schema.ts";
import type { SendingWindow } from "../../worker/core/policy.ts";
import * as answers from "../../worker/http/schemas/campaigns.ts";
import { orm } from "../support/builders.ts";
import { aCampaignWorld, type CampaignWorld, stubMessages } from "../support/campaign-world.ts";
import { eventually } from "../support/eventually.ts";
import { expectBody } from "../support/expect-problem.ts";

let graph: ReturnType<typeof stubMessages>;
let world: CampaignWorld;
afterEach(async () => {
  await world.campaign.cancel();
  graph.restore();
});

const DAY = 86_400_000;
const dayAfterTomorrow = new Date(Date.now() + 2 * DAY);
const weekday = (((dayAfterTomorrow.getUTCDay() + 6) % 7) + 1) as SendingWindow["hours"][number]["days"][number];
const opensAt = new Date(`${dayAfterTomorrow.toISOString().slice(0, 10)}T09:30:00Z`).toISOString();
const sendingWindow = { timeZone: "UTC", hours: [{ days: [weekday], from: "09:30", to: "17:00" }], holidays: [] };

async function until(expected: object): Promise<void> {
  await eventually(async () => {
    const answer = await world.tenant.call("GET", `/v1/campaigns/${world.campaignId}`);
    expect(await expectBody(answer, 200, answers.campaign)).toMatchObject(expected);
  });
}

test("a campaign outside its sending window says so and when it goes on, also after it was paused and resumed", async () => {
  graph = stubMessages();
  world = await aCampaignWorld({ people: 3 });
  await orm
    .update(schema.tenants)
    .set({ settings: { sendingWindow } })
    .where(eq(schema.tenants.id, world.tenant.tenantId));
  await orm.update(schema.campaigns).set({ status: "preparing" }).where(eq(schema.campaigns.id, world.campaignId));
  await world.campaign.start(world.tenant.tenantId, world.campaignId);
  const waiting = { status: "running", statusReason: "outside_window", waitsUntil: opensAt };
  await until(waiting);
  await world.tenant.call("POST", `/v1/campaigns/${world.campaignId}/pause`);
  await until({ status: "paused", statusReason: "by_user", waitsUntil: null });
  await world.tenant.call("POST", `/v1/campaigns/${world.campaignId}/resume`);
  await until(waiting);
});
