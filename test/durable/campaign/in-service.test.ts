import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { ulid } from "ulid";
import { afterEach, expect, test, vi } from "vitest";
import type { SendMessage } from "#contracts/queue-messages.ts";
import { makeDeps } from "#deps.ts";
import { applyEvents } from "#services/sending/webhook-events.ts";
import { anAttendance, newId } from "../../support/builders.ts";
import { type CampaignFixture, timePasses } from "../../support/campaign-fixture.ts";
import { aStartedCampaign, catchSends } from "../../support/caught-campaign.ts";
import { eventually } from "../../support/eventually.ts";

const fixtures: CampaignFixture[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const fixture of fixtures.splice(0)) await fixture.campaign.cancel();
});

const CATALOGUE_MS = 15_000;
const HOUR = 3_600_000;

/** Everybody is on the queue, and nobody has claimed a message yet. */
async function allQueued(people: number) {
  const started = await aStartedCampaign({ people });
  fixtures.push(started.fixture);
  return started;
}
const skips = async (fixture: CampaignFixture) => {
  const { data } = await fixture.campaign.recipients({ limit: 50, status: "skipped" });
  return data.map((row) => [row.contactId, row.skipReason]);
};
/** What a claim for this person gives: their message, or none. The slots of a busy machine may be a moment away. */
async function claim(fixture: CampaignFixture, caught: SendMessage[], contactId: string): Promise<boolean> {
  const message = caught.find((each) => each.contactId === contactId);
  if (!message) throw new Error("nothing is queued for them");
  const { attempt } = message;
  let sent = false;
  await eventually(async () => {
    const { claimed, again } = await fixture.campaign.claim({
      claimId: newId("clm"),
      messages: [{ contactId, attempt }],
    });
    sent = claimed.length > 0;
    const row = await fixture.campaign.recipient(contactId);
    expect(again.length === 0 && row?.status !== "queued" && row?.status !== "pending").toBe(true);
  });
  return sent;
}
const says = (fixture: CampaignFixture, phone: string) =>
  applyEvents(
    [
      {
        kind: "inbound",
        phoneNumberId: fixture.phoneNumberIds[0] ?? "",
        at: Date.now(),
        ...{ phone, userId: null, messageId: newId("wamid"), type: "text", text: "oi", payload: null, contextId: null },
      },
    ],
    makeDeps(env),
  );
/** As if this much later: the object stays in memory, with what it knows. */
async function later(fixture: CampaignFixture, ms: number): Promise<void> {
  const now = Date.now.bind(Date);
  const until = now() + ms;
  vi.spyOn(Date, "now").mockImplementation(() => Math.max(now(), until));
  await runDurableObjectAlarm(fixture.campaign);
}

test("whoever writes to us is told to the campaign at once: what is on the queue for them is not sent", async () => {
  const { fixture, caught } = await allQueued(3);
  const [contactId = "", other = ""] = fixture.contactIds;
  await says(fixture, fixture.phones[0] ?? "");
  expect(await skips(fixture)).toEqual([[contactId, "inService"]]);
  expect(await claim(fixture, caught, contactId)).toBe(false);
  expect(await claim(fixture, caught, other)).toBe(true);
});

test("of an attendance opened elsewhere, also one that began days ago, a campaign knows within 15 seconds", async () => {
  const { fixture, caught } = await allQueued(3);
  const [contactId = ""] = fixture.contactIds;
  const opened = await fixture.tenant.call("POST", "/v1/attendances", {
    phone: fixture.phones[0],
    channel: "operation",
    startedAt: "2026-11-01T12:00:00Z",
  });
  expect(opened.status).toBe(201);
  await later(fixture, CATALOGUE_MS + 1_000);
  await eventually(async () => expect(await skips(fixture)).toEqual([[contactId, "inService"]]));
  expect(await claim(fixture, caught, contactId)).toBe(false);
});

test("a campaign that was restarted asks who is in service before it queues anybody", async () => {
  const { fixture } = await allQueued(3);
  const [contactId = ""] = fixture.contactIds;
  // Not by the API, and looked for just now: as if the campaign had known, and forgotten.
  await anAttendance(fixture.tenant, { phone: fixture.phones[0] ?? "" });
  const caught: SendMessage[] = [];
  await timePasses(fixture, 0);
  await catchSends(fixture, caught);
  await eventually(() => expect(caught.length).toBeGreaterThanOrEqual(2));
  expect(caught.map((message) => message.contactId)).not.toContain(contactId);
  expect(await skips(fixture)).toEqual([[contactId, "inService"]]);
});

test("between looks at all who are in service, only whoever came is read, however many there are", async () => {
  const { fixture } = await allQueued(2);
  const now = Date.now();
  const served = (at: number) =>
    anAttendance(fixture.tenant, { id: `att_${ulid(at)}`, startedAt: now - HOUR, lastEventAt: now - HOUR });
  for (let i = 0; i < 10; i++) await served(now - HOUR);
  const came = await served(now);
  const { attendances } = makeDeps(env).store(fixture.tenant.tenantId);
  expect(await attendances.inService({ now, openedSince: now })).toMatchObject([{ phone: came.phone }]);
  expect(await attendances.inService({ now })).toHaveLength(11);
});

test("in whatever order people write to us and messages are claimed, nobody in service is sent one", {
  timeout: 60_000,
}, async () => {
  const PEOPLE = 6;
  const person = fc.nat({ max: PEOPLE - 1 });
  const step = fc.record({ does: fc.constantFrom("writes" as const, "is claimed" as const), person });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 10 }), async (steps) => {
      const { fixture, caught } = await allQueued(PEOPLE);
      const inService = new Set<number>();
      const done = new Set<number>();
      for (const { does, person } of steps) {
        if (does === "writes") {
          inService.add(person);
          await says(fixture, fixture.phones[person] ?? "");
        } else if (!done.has(person)) {
          done.add(person);
          expect(await claim(fixture, caught, fixture.contactIds[person] ?? "")).toBe(!inService.has(person));
        }
      }
      expect((await fixture.campaign.snapshot())?.accounting.balanced).toBe(true);
      await fixture.campaign.cancel();
    }),
    { numRuns: 5 },
  );
});
