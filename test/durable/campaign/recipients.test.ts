import { runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { SendPipeline } from "#durable/campaign/pipeline.ts";
import { CampaignStorage, FIRST_PLACE } from "#durable/campaign/storage.ts";
import * as answers from "#http/campaigns/recipients.schema.ts";
import { aCampaignFixture, type CampaignFixture } from "../../support/campaign-fixture.ts";
import { eventually } from "../../support/eventually.ts";
import { expectBody } from "../../support/expect-problem.ts";

const ROWS = 70_000;

/** A campaign whose object has so many recipients; every 20,011th has failed. */
async function aLargeCampaign(): Promise<{ fixture: CampaignFixture; failed: string[] }> {
  const fixture = await aCampaignFixture({ people: 1, campaign: { startAt: Date.now() + 3_600_000 } });
  await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
  await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("scheduled"));
  const failed = await runInDurableObject(fixture.campaign, (_, { storage: { sql } }) => {
    sql.exec(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)
       insert into recipients (contact_id, position, status, name, phone, report_fields)
         select printf('x_%08d', i), i + 1, case when i % 20011 = 0 then 'failed' else 'sent' end,
                'Pessoa ' || i, printf('+55119%08d', i), '[null,null,null]' from n`,
      ROWS,
    );
    return sql
      .exec<{ id: string }>("select contact_id as id from recipients where status = 'failed' order by 1")
      .toArray()
      .map(({ id }) => id);
  });
  return { fixture, failed };
}

test("what is rare among very many recipients is found in looks that are bounded, and by the API in one answer", async () => {
  const { fixture, failed } = await aLargeCampaign();
  expect(failed).toHaveLength(3);
  const looks: number[] = [];
  await runInDurableObject(fixture.campaign, async (object, { storage: { sql } }) => {
    const found: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const exec = vi.spyOn(sql, "exec");
      const page: Awaited<ReturnType<typeof object.recipients>> = await object.recipients({
        limit: 50,
        cursor,
        status: "failed",
      });
      looks.push(exec.mock.results.reduce((sum, { value }) => sum + value.rowsRead, 0));
      exec.mockRestore();
      found.push(...page.data.map(({ contactId }) => contactId));
      cursor = page.nextCursor;
    }
    expect(found).toEqual(failed);
  });
  expect(looks.length).toBeGreaterThan(3);
  // The rows themselves, and once more to find where the look ends.
  expect(Math.max(...looks)).toBeLessThanOrEqual(2 * 20_000 + 50);

  const ask = async (query: string) =>
    expectBody(
      await fixture.tenant.call("GET", `/v1/campaigns/${fixture.campaignId}/recipients?${query}`),
      200,
      answers.recipientList,
    );
  const all = await ask("status=failed&limit=50");
  expect(all.data.map(({ contactId }) => contactId)).toEqual(failed);
  expect(all.nextCursor).toBeNull();
  const first = await ask("status=failed&limit=2");
  const rest = await ask(`status=failed&limit=2&cursor=${first.nextCursor}`);
  expect([...first.data, ...rest.data].map(({ contactId }) => contactId)).toEqual(failed);
  expect((await ask(`q=Pessoa%20${ROWS - 1}`)).data).toHaveLength(1);
});

test("people who are due are read once each, a few at a time, also when all of them became due in the same millisecond", async () => {
  const fixture = await aCampaignFixture({ people: 1, campaign: { startAt: Date.now() + 3_600_000 } });
  await runInDurableObject(fixture.campaign, (_, { storage }) => {
    storage.sql.exec(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 40)
       insert into recipients (contact_id, position, status, name, phone, report_fields, not_before)
         select printf('x_%02d', i), i, 'pending', '', null, '[]', case when i <= 25 then 7 else 0 end from n`,
    );
    const rows = new CampaignStorage(storage);
    const pipeline = new SendPipeline();
    const reads: number[] = [];
    for (let read = -1; read !== 0; ) {
      const page = rows.ready(pipeline.readTo, 40, Date.now(), 4);
      pipeline.read(page);
      read = page.length;
      reads.push(read);
    }
    expect(reads).toEqual([...Array(10).fill(4), 0]);
    expect(new Set(pipeline.due.keys()).size).toBe(40);
    // Somebody who waits anew is found again, and whoever is known is not lost.
    const [again] = rows.byIds(["x_03"]);
    if (again) pipeline.waits(again);
    pipeline.read(rows.ready(pipeline.readTo, 40, Date.now(), 100));
    expect(pipeline.due.size).toBe(40);
    expect(pipeline.readTo).not.toEqual(FIRST_PLACE);
  });
});
