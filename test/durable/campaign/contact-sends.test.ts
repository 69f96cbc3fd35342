import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, describe, expect, test } from "vitest";
import { contacts } from "#adapters/d1/schema/audience.ts";
import { contactSends } from "#adapters/d1/schema/campaigns.ts";
import type { RecipientUpdate } from "#contracts/campaign-rpc.ts";
import { orm } from "../../support/builders.ts";
import { aCampaignFixture, type CampaignFixture, stubMessages, timePasses } from "../../support/campaign-fixture.ts";
import { degradeD1, unreachable } from "../../support/degraded-d1.ts";
import { eventually } from "../../support/eventually.ts";

let graph: ReturnType<typeof stubMessages>;
let restoreD1 = () => {};
afterEach(() => {
  restoreD1();
  graph?.restore();
});

const MINUTE = 60_000;
const inD1 = ({ campaignId }: CampaignFixture) =>
  orm.select().from(contactSends).where(eq(contactSends.campaignId, campaignId)).orderBy(contactSends.contactId);
const times = (n: number, what: string | null) => Array.from({ length: n }, () => what);

async function completed(options: Parameters<typeof aCampaignFixture>[0]): Promise<CampaignFixture> {
  const fixture = await aCampaignFixture(options);
  await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
  await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("completed"));
  return fixture;
}

type Status = "delivered" | "read" | "failed";
async function webhook(fixture: CampaignFixture, type: Status, at: number, places: number[]) {
  const updates: RecipientUpdate[] = [];
  for (const place of places) {
    const contactId = fixture.contactIds[place] ?? "";
    const messageId = (await fixture.campaign.recipient(contactId))?.messageId ?? "";
    const failure = { code: 131049, detail: "" };
    updates.push({
      contactId,
      update: type === "failed" ? { type, at, messageId, ...failure } : { type, at, messageId, charged: null },
    });
  }
  await fixture.campaign.applyEvents(fixture.tenant.tenantId, updates);
}

/** What of each row is known, in the order of the people. */
async function facts(fixture: CampaignFixture): Promise<string[]> {
  const named = ["sentAt", "deliveredAt", "readAt", "repliedAt", "failedAt", "countedAt"] as const;
  return (await inD1(fixture)).map((row) => named.filter((fact) => row[fact] !== null).join(" "));
}
const SENT = "sentAt countedAt";

describe("what became of each person's message is told to D1", () => {
  test("soon after it was sent, with its line and category; of those left out nothing is", async () => {
    graph = stubMessages((_, nth) => (nth === 3 ? { code: 131026 } : nth === 5 ? "cut" : "accept"));
    const fixture = await completed({
      people: 10,
      lines: 1,
      contact: (i) => (i === 9 ? { optInStatus: "revoked", optOutAt: 1 } : {}),
    });
    await timePasses(fixture, MINUTE);
    await eventually(async () =>
      expect((await facts(fixture)).toSorted()).toEqual(["countedAt", "failedAt", ...times(7, SENT)].toSorted()),
    );
    for (const row of await inD1(fixture)) {
      expect(row).toMatchObject({ tenantId: fixture.tenant.tenantId, category: "utility", lineId: fixture.lineIds[0] });
      const told = await fixture.campaign.recipient(row.contactId);
      expect([row.sentAt, row.failedAt]).toEqual([told?.sentAt, told?.failedAt]);
    }
  });

  test("after the campaign's end too, as often as it is told and in whatever order, and together", async () => {
    graph = stubMessages();
    const fixture = await completed({ people: 4 });
    await timePasses(fixture, MINUTE);
    await eventually(async () => expect(await facts(fixture)).toEqual(times(4, SENT)));
    const now = Date.now();
    await webhook(fixture, "read", now + 2, [0, 1]);
    await webhook(fixture, "delivered", now + 1, [0, 1, 2]);
    await webhook(fixture, "read", now + 2, [1]);
    await fixture.campaign.applyEvents(fixture.tenant.tenantId, [
      {
        contactId: fixture.contactIds[3] ?? "",
        update: {
          type: "replied",
          messageId: "wamid.reply",
          at: now + 3,
          kind: "text",
          channel: "idr",
          contextId: null,
        },
      },
    ]);
    // Not before some time has passed: a row is written each time.
    expect(await facts(fixture)).toEqual(times(4, SENT));
    await timePasses(fixture, 10 * MINUTE);
    const all = [
      "sentAt deliveredAt readAt countedAt",
      "sentAt deliveredAt readAt countedAt",
      "sentAt deliveredAt countedAt",
      "sentAt repliedAt countedAt",
    ];
    await eventually(async () => expect(await facts(fixture)).toEqual(all));
    expect((await inD1(fixture))[0]).toMatchObject({ deliveredAt: now + 1, readAt: now + 2 });

    // Told once more it writes nothing.
    const before = await inD1(fixture);
    await webhook(fixture, "delivered", now + 1, [0]);
    await timePasses(fixture, 10 * MINUTE);
    await webhook(fixture, "read", now + 5, [2]);
    await timePasses(fixture, 10 * MINUTE);
    await eventually(async () => expect((await inD1(fixture))[2]?.readAt).toBe(now + 5));
    expect((await inD1(fixture)).map((row) => row.asOf).filter((asOf, i) => asOf === before[i]?.asOf).length).toBe(3);
  });

  test("a failure that a delivery overtakes is taken back", async () => {
    graph = stubMessages();
    const fixture = await completed({ people: 2 });
    await webhook(fixture, "failed", Date.now(), [0]);
    await timePasses(fixture, 10 * MINUTE);
    await eventually(async () => expect((await facts(fixture))[0]).toBe("sentAt failedAt countedAt"));
    await webhook(fixture, "delivered", Date.now(), [0]);
    await timePasses(fixture, 10 * MINUTE);
    await eventually(async () => expect((await facts(fixture))[0]).toBe("sentAt deliveredAt countedAt"));
  });

  test("whatever restarts between, and of more people than are told of at a time", async () => {
    graph = stubMessages();
    const people = 3_500;
    const fixture = await aCampaignFixture({ people, lines: 8, ratePerSecond: 1_000 });
    await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
    await eventually(() => expect(graph.accepted.length).toBeGreaterThan(people / 2));
    await abortAllDurableObjects();
    await fixture.campaign.ensureAlarm(fixture.tenant.tenantId, fixture.campaignId);
    await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("completed"));
    await timePasses(fixture, MINUTE);
    await eventually(async () => {
      const rows = await inD1(fixture);
      const { sent = 0, unknown = 0 } = (await fixture.campaign.snapshot())?.counts ?? {};
      expect([rows.length, rows.filter((row) => row.sentAt !== null).length]).toEqual([sent + unknown, sent]);
    });
  }, 120_000);

  test("later, while D1 is away, without a send being held up or a word lost", async () => {
    graph = stubMessages();
    const fixture = await aCampaignFixture({ people: 40, ratePerSecond: 4 });
    await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
    await eventually(() => expect(graph.accepted.length).toBeGreaterThan(3));
    restoreD1 = degradeD1(unreachable);
    await timePasses(fixture, MINUTE);
    await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("completed"));
    await webhook(fixture, "delivered", Date.now(), [0]);
    restoreD1();
    expect(await inD1(fixture)).toEqual([]);
    await timePasses(fixture, 10 * MINUTE);
    const all = ["sentAt deliveredAt countedAt", ...times(39, SENT)];
    await eventually(async () => expect(await facts(fixture)).toEqual(all));
  }, 60_000);

  test("but not of somebody who is no contact any more", async () => {
    graph = stubMessages();
    const fixture = await completed({ people: 2 });
    await orm.delete(contacts).where(eq(contacts.id, fixture.contactIds[0] ?? ""));
    await timePasses(fixture, MINUTE);
    await eventually(async () =>
      expect((await inD1(fixture)).map((row) => row.contactId)).toEqual([fixture.contactIds[1]]),
    );
  });
});

test("a message that is sent, delivered and read costs D1 two rows", async () => {
  graph = stubMessages();
  const fixture = await completed({ people: 20 });
  const rows = countRowsOfSends();
  await timePasses(fixture, MINUTE);
  await eventually(async () => expect(await facts(fixture)).toEqual(times(20, SENT)));
  expect(rows.written).toBe(20);
  const all = [...fixture.contactIds.keys()];
  await webhook(fixture, "delivered", Date.now(), all);
  await webhook(fixture, "read", Date.now(), all);
  await timePasses(fixture, 10 * MINUTE);
  await eventually(async () => expect((await inD1(fixture)).every((row) => row.readAt !== null)).toBe(true));
  expect(rows.written).toBe(40);
});

/** Rows that statements on `contact_sends` write from now on, as the platform bills them. */
function countRowsOfSends(): { written: number } {
  const rows = { written: 0 };
  const healthy = env.DB;
  restoreD1 = () => {
    env.DB = healthy;
  };
  env.DB = new Proxy(healthy, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name === "batch")
        return async (statements: D1PreparedStatement[]) => {
          const results = await target.batch(statements);
          if (String(Reflect.get(statements[0] ?? {}, "statement")).includes("contact_sends"))
            for (const { meta } of results) rows.written += meta.rows_written;
          return results;
        };
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return rows;
}
