import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import * as schema from "#adapters/d1/schema/index.ts";
import type { CampaignRpc } from "#contracts/campaign-rpc.ts";
import type { TenantSettings } from "#core/campaigns/policy.ts";
import { DAY_MS } from "#core/shared/time.ts";
import { type Deps, makeDeps } from "#deps.ts";
import { keepRetention } from "#services/operations/retention.ts";
import { anAudience, anExport, aTenant, orm } from "../../support/builders.ts";
import { aCampaignFixture, type CampaignFixture, stubMessages } from "../../support/campaign-fixture.ts";
import { eventually } from "../../support/eventually.ts";
import { importFile } from "../../support/imports.ts";
import { whereabouts } from "../../support/whereabouts.ts";

const keeps = (tenantId: string, settings: TenantSettings) =>
  orm.update(schema.tenants).set({ settings }).where(eq(schema.tenants.id, tenantId));
const rowOf = async (campaignId: string) => {
  const [row] = await orm.select().from(schema.campaigns).where(eq(schema.campaigns.id, campaignId));
  if (!row) throw new Error("There is no such campaign.");
  return row;
};

const overSince = (campaignId: string, days: number) =>
  orm
    .update(schema.campaigns)
    .set({ completedAt: Date.now() - days * DAY_MS })
    .where(eq(schema.campaigns.id, campaignId));

/** A campaign that has sent to everybody and is over since so many days. */
async function aPastCampaign(days: number, people = 4): Promise<{ past: CampaignFixture; messageIds: string[] }> {
  const graph = stubMessages();
  const past = await aCampaignFixture({ people, contact: (i) => ({ name: `Zuleide ${i}` }) });
  await past.campaign.start(past.tenant.tenantId, past.campaignId);
  await eventually(async () => expect((await rowOf(past.campaignId)).status).toBe("completed"));
  graph.restore();
  await overSince(past.campaignId, days);
  return { past, messageIds: graph.accepted.map(({ messageId }) => messageId) };
}
const inObjects = ({ campaignId, phones, tenant }: CampaignFixture, more: string[] = []) =>
  whereabouts(["Zuleide", ...phones, ...more], {
    tenantId: tenant.tenantId,
    campaignIds: [campaignId],
    portfolioIds: [],
  }).then((found) => found.filter((place) => place.startsWith("campaign")));

describe("personal data of campaigns", () => {
  test("leaves one that is over for as long as the tenant said; counts and statuses stay, and nothing brings it back", async () => {
    const { past, messageIds } = await aPastCampaign(31);
    const { tenant, campaignId, contactIds } = past;
    const before = await past.campaign.stats();
    await keeps(tenant.tenantId, { personalDataDays: 30 });
    expect(await inObjects(past, messageIds)).not.toEqual([]);

    await keepRetention(makeDeps(env));
    await keepRetention(makeDeps(env));

    expect(await inObjects(past, messageIds)).toEqual([]);
    expect((await rowOf(campaignId)).personalDataRemovedAt).not.toBeNull();
    const after = await past.campaign.stats();
    expect(after).toEqual(before);
    const { data } = await past.campaign.recipients({ limit: 10 });
    expect(data.map(({ contactId, status, name, text }) => [contactId, status, name, text])).toEqual(
      contactIds.map((id) => [id, "sent", "", null]),
    );
    const response = await tenant.call("GET", `/v1/campaigns/${campaignId}`);
    expect(((await response.json()) as { personalDataRemovedAt: string }).personalDataRemovedAt).toMatch(/^20/);

    const [contactId = ""] = contactIds;
    const at = Date.now();
    await past.campaign.applyEvents(tenant.tenantId, [
      { contactId, update: { type: "delivered", at, messageId: messageIds[0] ?? "", charged: null } },
      {
        contactId,
        update: { type: "replied", at, messageId: "wamid.Zuleide", contextId: null, kind: "text", channel: "idr" },
      },
    ]);
    expect((await past.campaign.recipient(contactId))?.status).toBe("delivered");
    expect(await inObjects(past, messageIds)).toEqual([]);
  });

  test("stays in a campaign that is not over, in one that is over since yesterday, and where the tenant decided nothing", async () => {
    const graph = stubMessages();
    const running = await aCampaignFixture({
      people: 2,
      campaign: { startAt: Date.now() + DAY_MS },
      contact: (i) => ({ name: `Zuleide ${i}` }),
    });
    const { tenantId } = running.tenant;
    await running.campaign.start(tenantId, running.campaignId);
    await eventually(async () => expect((await rowOf(running.campaignId)).status).toBe("scheduled"));
    graph.restore();
    // As D1 might say by mistake: the object knows better.
    await orm
      .update(schema.campaigns)
      .set({ status: "completed", completedAt: Date.now() - 90 * DAY_MS })
      .where(eq(schema.campaigns.id, running.campaignId));
    const { past: yesterday } = await aPastCampaign(1);
    const { past: undecided } = await aPastCampaign(90);
    await keeps(tenantId, { personalDataDays: 30 });
    await keeps(yesterday.tenant.tenantId, { personalDataDays: 30, fileDays: null });
    await keeps(undecided.tenant.tenantId, { personalDataDays: null });
    await keepRetention(makeDeps(env));
    for (const fixture of [running, yesterday, undecided]) {
      expect(await inObjects(fixture)).not.toEqual([]);
      expect((await rowOf(fixture.campaignId)).personalDataRemovedAt).toBeNull();
    }
  });

  test("is taken out of very many rows by bounded steps, and goes on where it stopped", async () => {
    const { past } = await aPastCampaign(31, 1);
    const ROWS = 5_000;
    await runInDurableObject(past.campaign, (_, { storage: { sql } }) => {
      sql.exec(
        `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)
         insert into recipients (contact_id, status, name, phone, report_fields)
           select printf('x_%08d', i), 'sent', 'Zuleide ' || i, printf('+55119%08d', i), '["1"]' from n`,
        ROWS,
      );
    });
    await keeps(past.tenant.tenantId, { personalDataDays: 30 });
    const deps = makeDeps(env);
    let calls = 0;
    const dies: Deps = {
      ...deps,
      campaign: (id) => {
        const campaign: Pick<CampaignRpc, "forget"> = {
          forget: (...asked) =>
            id === past.campaignId && ++calls === 2
              ? Promise.reject(new Error("away"))
              : deps.campaign(id).forget(...asked),
        };
        return campaign as CampaignRpc;
      },
    };
    await keepRetention(dies);
    expect(await rowOf(past.campaignId)).toMatchObject({ personalDataRemovedAt: null });
    expect((await rowOf(past.campaignId)).personalDataCursor).toMatch(/^x_/);
    // The object may have told D1 of its end anew.
    await overSince(past.campaignId, 31);
    await keepRetention(deps);
    expect((await rowOf(past.campaignId)).personalDataRemovedAt).not.toBeNull();
    expect(await inObjects(past)).toEqual([]);
  });
});

describe("files of imports and reports", () => {
  test("are deleted after so many days, with what was left out; the counts stay, and the answers say when", async () => {
    const t = await aTenant();
    const { id: audienceId } = await anAudience(t);
    const old = await importFile(t, audienceId, "Nome;Telefone\nZuleide;11987650123\nAna;123\n");
    const young = await importFile(t, audienceId, "Nome;Telefone\nZuleide;11987650124\nAna;123\n");
    const report = await anExport(t);
    const back = Date.now() - 8 * DAY_MS;
    await orm.update(schema.imports).set({ completedAt: back }).where(eq(schema.imports.id, old.id));
    await orm.update(schema.exports_).set({ completedAt: back }).where(eq(schema.exports_.id, report.id));
    await keeps(t.tenantId, { fileDays: 7 });
    const keysOf = async () => (await env.FILES.list()).objects.map(({ key }) => key);
    expect((await keysOf()).filter((key) => key.includes(old.id)).length).toBeGreaterThan(1);

    await keepRetention(makeDeps(env));
    await keepRetention(makeDeps(env));

    const left = await keysOf();
    expect(left.filter((key) => key.includes(old.id) || key.includes(report.id))).toEqual([]);
    expect(left.filter((key) => key.includes(young.id)).length).toBeGreaterThan(1);
    const answer = (await (await t.call("GET", `/v1/imports/${old.id}`)).json()) as Record<string, unknown>;
    expect(answer).toMatchObject({ importedRows: 1, rejectedRows: 1, rejectsUrl: null });
    expect(answer.filesRemovedAt).toMatch(/^20/);
    const exported = (await (await t.call("GET", `/v1/exports/${report.id}`)).json()) as Record<string, unknown>;
    expect(exported).toMatchObject({ downloadUrl: null });
    expect((await t.call("GET", `/v1/exports/${report.id}/download`)).status).toBe(404);
    expect((await t.call("GET", `/v1/imports/${old.id}/rejects`)).status).toBe(404);
  });
});
