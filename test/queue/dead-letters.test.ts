import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test } from "vitest";
import { makeDeps } from "../../worker/deps.ts";
import type { Env } from "../../worker/env.ts";
import { makeApp } from "../../worker/http/app.ts";
import * as answers from "../../worker/http/schemas/catalogue.ts";
import type { SendMessage } from "../../worker/queue/messages.ts";
import { aCampaign, aLine, aTenant, newId, type TestTenant } from "../support/builders.ts";
import { aCampaignWorld, type CampaignWorld, stubMessages } from "../support/campaign-world.ts";
import { eventually } from "../support/eventually.ts";
import { expectBody } from "../support/expect-problem.ts";
import { deliver, withCaughtQueues } from "../support/queues.ts";

let graph: ReturnType<typeof stubMessages> | undefined;
afterEach(() => graph?.restore());

const letters = async (t: TestTenant) =>
  (await expectBody(await t.call("GET", "/v1/dead-letters"), 200, answers.deadLetterList)).data;

/** Retries the tenant's newest letter; its queues are the test's. */
async function retryNewest(t: TestTenant, bindings: Env): Promise<void> {
  const [letter] = await letters(t);
  const response = await makeApp(makeDeps).request(
    `/v1/dead-letters/${letter?.id}/retry`,
    { method: "POST", headers: { Authorization: `Bearer ${t.apiKey}` } },
    bindings,
  );
  expect(response.status).toBe(200);
}

test("what failed for good is stored sealed, listed to its tenant and alerted, once however often it is delivered", async () => {
  const tenant = await aTenant();
  const stranger = await aTenant();
  const body = { kind: "import", tenantId: tenant.tenantId, importId: "imp_secret" };
  const message = { id: newId("msg"), timestamp: new Date() };
  for (let delivery = 1; delivery <= 2; delivery++) {
    expect(await deliver("jobs-dead", [body], { ...message, attempts: delivery })).toEqual({ acked: 1, retried: [] });
  }
  expect(await letters(tenant)).toMatchObject([
    { queue: "jobs", attempts: 11, status: "open", at: message.timestamp.toISOString() },
  ]);
  const alerts = await (await tenant.call("GET", "/v1/alerts?status=open")).json<{ data: { kind: string }[] }>();
  expect(alerts.data.map((alert) => alert.kind)).toEqual(["dead_letters"]);
  expect(await letters(stranger)).toEqual([]);
  const stored = await env.DB.prepare("select sealed_body from dead_letters where tenant_id = ?")
    .bind(tenant.tenantId)
    .first<{ sealed_body: string }>();
  expect(stored?.sealed_body).not.toContain("imp_secret");
});

test("the list is in the order in which they died, whatever ids the queue has given", async () => {
  const t = await aTenant();
  const body = { kind: "import", tenantId: t.tenantId, importId: "imp_1" };
  for (const [id, minute] of [
    ["f", 1],
    ["0", 3],
    ["8", 2],
  ] as const) {
    await deliver("jobs-dead", [body], { id, timestamp: new Date(Date.UTC(2026, 10, 22, 12, minute)) });
  }
  expect((await letters(t)).map(({ at }) => new Date(at).getUTCMinutes())).toEqual([3, 2, 1]);
});

describe("a dead letter finds its tenant", () => {
  test("by the campaign of results that came late", async () => {
    const t = await aTenant();
    const { id: campaignId } = await aCampaign(t);
    await deliver("meta-events-dead", [{ kind: "settlements", campaignId, claimId: "clm_1", settlements: [] }]);
    expect(await letters(t)).toMatchObject([{ queue: "meta-events" }]);
  });

  test("by the number or the account of an event, even of one that nobody understands", async () => {
    const t = await aTenant();
    const { phoneNumberId, wabaId } = await aLine(t);
    for (const event of [
      { kind: "from_next_year", phoneNumberId },
      { kind: "capability", wabaId },
    ]) {
      await deliver("meta-events-dead", [{ kind: "events", receivedAt: 1, events: [null, event] }]);
    }
    expect(await letters(t)).toHaveLength(2);
  });

  test.each([null, "text", 7, [[]], {}, { events: "none" }, { tenantId: 7 }])(
    "and %j, which is nobody's, is kept all the same",
    async (body) => {
      const kept = async () =>
        (await env.DB.prepare("select count(*) as n from dead_letters").first<{ n: number }>())?.n;
      const before = (await kept()) ?? 0;
      expect(await deliver("sends-dead", [body])).toEqual({ acked: 1, retried: [] });
      expect(await kept()).toBe(before + 1);
    },
  );
});

describe("a dead letter of a send, retried", () => {
  const messageOf = async (world: CampaignWorld): Promise<SendMessage> => {
    const [row] = (await world.campaign.recipients({ limit: 1, status: "sent" })).data;
    return {
      campaignId: world.campaignId,
      contactId: row?.contactId ?? "",
      attempt: 1,
      until: Date.now() + 60_000,
    };
  };

  test("after its recipient was sent to makes no second call to Meta, and costs no one of the 24 hours", async () => {
    graph = stubMessages();
    // The second half waits, so that the campaign is running all the while.
    const world = await aCampaignWorld({ people: 4, campaign: { pacing: { percent: 50, intervalMinutes: 60 } } });
    await world.campaign.start(world.tenant.tenantId, world.campaignId);
    await eventually(async () => expect((await world.campaign.snapshot())?.counts.sent).toBe(2));
    const message = await messageOf(world);
    await deliver("sends-dead", [message]);
    const queues = withCaughtQueues();
    await retryNewest(world.tenant, queues.env);
    expect(queues.caught).toMatchObject([{ queue: "sends", body: message }]);
    // A queue delivers at least once.
    for (let delivery = 1; delivery <= 2; delivery++) {
      expect(await deliver("sends-1", [queues.caught[0]?.body])).toEqual({ acked: 1, retried: [] });
    }
    expect(graph.accepted.length).toBe(2);
    expect(graph.refused.length).toBe(0);
    expect((await world.portfolio.overview()).used24h).toBe(2);
    expect(await world.campaign.snapshot()).toMatchObject({
      status: "running",
      counts: { total: 4, sent: 2, pending: 2, failed: 0, unknown: 0 },
    });
  });

  test("that fails for good again comes back as a new letter, to be retried again", async () => {
    const t = await aTenant();
    const queues = withCaughtQueues();
    await deliver("jobs-dead", [{ kind: "import", tenantId: t.tenantId, importId: "imp_1" }]);
    await retryNewest(t, queues.env);
    await deliver("jobs-dead", [queues.caught[0]?.body]);
    expect((await letters(t)).map(({ status }) => status)).toEqual(["open", "retried"]);
    await retryNewest(t, queues.env);
    expect(queues.caught[1]).toEqual(queues.caught[0]);
  });
});
