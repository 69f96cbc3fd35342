import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import type { ForgetAnswer } from "#contracts/campaign-rpc.ts";
import { aCampaignFixture } from "../../support/campaign-fixture.ts";
import { eventually } from "../../support/eventually.ts";
import { whereabouts } from "../../support/whereabouts.ts";

const HOUR_MS = 3_600_000;
const idOf = (digits: string) => `wamid.${btoa(`\x1c\x18\x0d${digits}\x15\x02`)}`;

test("a message that was tried again is forgotten by the number in its id; others' stay", async () => {
  const fixture = await aCampaignFixture({ people: 2, campaign: { startAt: Date.now() + HOUR_MS } });
  const { tenant, campaignId, contactIds, phones } = fixture;
  await fixture.campaign.start(tenant.tenantId, campaignId);
  await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("scheduled"));
  const [theirs = "", others = ""] = phones.map((phone) => idOf(phone.slice(1)));
  await runInDurableObject(fixture.campaign, (_, { storage: { sql } }) => {
    for (const id of [theirs, others]) sql.exec("insert into superseded_messages (message_id) values (?)", id);
  });
  // What is in memory is from before.
  await abortAllDurableObjects();
  await fixture.campaign.forget(tenant.tenantId, { contactIds: [contactIds[0] ?? ""], phones: [phones[0] ?? ""] }, "");
  const left = await runInDurableObject(fixture.campaign, (_, { storage: { sql } }) =>
    sql.exec<{ message_id: string }>("select message_id from superseded_messages").toArray(),
  );
  expect(left.map((row) => row.message_id)).toEqual([others]);
});

test("people are forgotten also by a number that somebody had whose contact was deleted, a bounded look a call", async () => {
  const fixture = await aCampaignFixture({ people: 1, campaign: { startAt: Date.now() + HOUR_MS } });
  const { tenant, campaignId, contactIds } = fixture;
  await fixture.campaign.start(tenant.tenantId, campaignId);
  await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("scheduled"));
  const ROWS = 45_000;
  const NUMBER = "+5511912345678";
  const looks: number[] = [];
  const answers: ForgetAnswer[] = [];
  await runInDurableObject(fixture.campaign, async (object, { storage: { sql } }) => {
    sql.exec(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?1)
       insert into recipients (contact_id, position, status, name, phone, report_fields)
         select printf('x_%08d', i), i + 1, 'sent', 'P', case i when ?1 - 1 then ?2 else printf('+55119%08d', i) end, '[]' from n`,
      ROWS,
      NUMBER,
    );
    for (let after: string | null = ""; after !== null; ) {
      const exec = vi.spyOn(sql, "exec");
      const answer: ForgetAnswer = await object.forget(tenant.tenantId, { contactIds, phones: [NUMBER] }, after);
      looks.push(exec.mock.results.reduce((sum, { value }) => sum + value.rowsRead, 0));
      exec.mockRestore();
      answers.push(answer);
      after = answer.outcome === "forgotten" ? answer.next : null;
    }
  });
  expect(answers.map((answer) => answer.outcome === "forgotten" && answer.rows)).toEqual([1, 0, 1]);
  // The rows themselves, and once more to find where the look ends.
  expect(Math.max(...looks)).toBeLessThanOrEqual(2 * 20_000 + 100);
  expect(
    await whereabouts([NUMBER, fixture.phones[0] ?? "?"], {
      tenantId: tenant.tenantId,
      campaignIds: [campaignId],
      portfolioIds: [],
    }),
  ).toEqual([
    // The contact itself, and its number, are others' affair.
    `D1 contacts: ${fixture.phones[0]}`,
  ]);
});

test("whoever is forgotten while the audience is being read gets a row for the count alone", async () => {
  const fixture = await aCampaignFixture({ people: 3, campaign: { startAt: Date.now() + HOUR_MS } });
  const { tenant, campaignId, contactIds, phones } = fixture;
  const whose = { contactIds: [contactIds[1] ?? ""], phones: [phones[1] ?? ""] };
  await runInDurableObject(fixture.campaign, async (object) => {
    await object.start(tenant.tenantId, campaignId);
    await object.forget(tenant.tenantId, whose, "");
  });
  await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("scheduled"));
  expect(await fixture.campaign.recipient(contactIds[1] ?? "")).toMatchObject({
    ...{ status: "skipped", skipReason: "contactDeleted", name: "", phone: null, text: null },
  });
  const stats = await fixture.campaign.stats();
  expect(stats?.snapshot.accounting).toMatchObject({ pending: 2, skipped: 1 });
});

test("another tenant's campaign forgets nobody, and one that is not over does not forget everybody", async () => {
  const fixture = await aCampaignFixture({ people: 1, campaign: { startAt: Date.now() + HOUR_MS } });
  const { tenant, campaignId, contactIds, phones } = fixture;
  await fixture.campaign.start(tenant.tenantId, campaignId);
  await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("scheduled"));
  const whose = { contactIds, phones };
  expect(await fixture.campaign.forget("ten_other", whose, "")).toEqual({ outcome: "forgotten", rows: 0, next: null });
  expect(await fixture.campaign.forget(tenant.tenantId, "everybody", "")).toEqual({ outcome: "not_over" });
  expect((await fixture.campaign.recipient(contactIds[0] ?? ""))?.phone).toBe(phones[0]);
});
