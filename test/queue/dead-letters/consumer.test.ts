import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { makeDeps } from "#deps.ts";
import type { Env } from "#env.ts";
import { makeApp } from "#http/app.ts";
import * as answers from "#http/operations/dead-letters.schema.ts";
import { aCampaign, aLine, aTenant, newId, type TestTenant } from "../../support/builders.ts";
import { expectBody } from "../../support/expect-problem.ts";
import { deliver, withCaughtQueues } from "../../support/queues.ts";

const deadLetters = async (t: TestTenant) =>
  (await expectBody(await t.call("GET", "/v1/dead-letters"), 200, answers.deadLetterList)).data;

/** Retries the tenant's newest dead letter; its queues are the test's. */
async function retryNewest(t: TestTenant, bindings: Env): Promise<void> {
  const [deadLetter] = await deadLetters(t);
  const response = await makeApp(makeDeps).request(
    `/v1/dead-letters/${deadLetter?.id}/retry`,
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
  expect(await deadLetters(tenant)).toMatchObject([
    { queue: "jobs", attempts: 11, status: "open", at: message.timestamp.toISOString() },
  ]);
  const alerts = await (await tenant.call("GET", "/v1/alerts?status=open")).json<{ data: { kind: string }[] }>();
  expect(alerts.data.map((alert) => alert.kind)).toEqual(["dead_letters"]);
  expect(await deadLetters(stranger)).toEqual([]);
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
  expect((await deadLetters(t)).map(({ at }) => new Date(at).getUTCMinutes())).toEqual([3, 2, 1]);
});

describe("a dead letter finds its tenant", () => {
  test("by the campaign of results that came late", async () => {
    const t = await aTenant();
    const { id: campaignId } = await aCampaign(t);
    await deliver("meta-events-dead", [{ kind: "settlements", campaignId, claimId: "clm_1", settlements: [] }]);
    expect(await deadLetters(t)).toMatchObject([{ queue: "meta-events" }]);
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
    expect(await deadLetters(t)).toHaveLength(2);
  });

  test.each([null, "text", 7, [[]], {}, { events: "none" }, { tenantId: 7 }])(
    "and %j, which is nobody's, is kept all the same",
    async (body) => {
      const kept = async () =>
        (await env.DB.prepare("select count(*) as n from dead_letters").first<{ n: number }>())?.n;
      const before = (await kept()) ?? 0;
      expect(await deliver("jobs-dead", [body])).toEqual({ acked: 1, retried: [] });
      expect(await kept()).toBe(before + 1);
    },
  );
});

test("one that fails for good again comes back as a new letter, to be retried again", async () => {
  const t = await aTenant();
  const queues = withCaughtQueues();
  await deliver("jobs-dead", [{ kind: "import", tenantId: t.tenantId, importId: "imp_1" }]);
  await retryNewest(t, queues.env);
  await deliver("jobs-dead", [queues.caught[0]?.body]);
  expect((await deadLetters(t)).map(({ status }) => status)).toEqual(["open", "retried"]);
  await retryNewest(t, queues.env);
  expect(queues.caught[1]).toEqual(queues.caught[0]);
});

test("wake-ups of sends that died are counted by campaign and forgotten: no letter, no alert, nothing of a person", async () => {
  const t = await aTenant();
  const log = vi.spyOn(console, "warn").mockImplementation(() => {});
  const { id: campaignId } = await aCampaign(t);
  const wakeUp = { tenantId: t.tenantId, campaignId, contactId: "con_1", phone: "+5511987654321" };
  const others = [{ campaignId: "cmp_other" }, null, "text", {}];
  expect(await deliver("sends-dead", [wakeUp, { ...wakeUp, contactId: "con_2" }, ...others])).toEqual({
    acked: 6,
    retried: [],
  });
  const told = log.mock.calls.flat();
  log.mockRestore();
  expect(told).toMatchObject([
    { event: "sends_died", campaignId, count: 2 },
    { event: "sends_died", campaignId: "cmp_other", count: 1 },
    { event: "sends_died", campaignId: "unknown", count: 3 },
  ]);
  expect(JSON.stringify(told)).not.toContain("987654321");
  expect(await deadLetters(t)).toEqual([]);
  const alerts = await (await t.call("GET", "/v1/alerts?status=open")).json<{ data: unknown[] }>();
  expect(alerts.data).toEqual([]);
});
