import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test } from "vitest";
import { makeDeps } from "#deps.ts";
import { aCampaignFixture, type CampaignFixture, stubMessages } from "../../support/campaign-fixture.ts";
import { firstOf } from "../../support/campaigns.ts";
import { eventually } from "../../support/eventually.ts";

let graph: ReturnType<typeof stubMessages>;
afterEach(() => graph?.restore());

const ended = (fixture: CampaignFixture) =>
  eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("completed"));
const start = (fixture: CampaignFixture) => fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);

describe("when Meta refuses", () => {
  test("courier #1102: too fast (130429) slows the line down and loses nobody", async () => {
    graph = stubMessages((_, nth) => (nth <= 5 ? { code: 130429, status: 429 } : "accept"));
    const fixture = await aCampaignFixture({ people: 30 });
    await start(fixture);
    await ended(fixture);
    expect(graph.accepted.length).toBe(30);
    expect((await fixture.campaign.snapshot())?.counts).toMatchObject({ sent: 30, failed: 0 });
  });

  test("a number that is no WhatsApp user fails alone, with Meta's code, and is not tried on other lines", async () => {
    graph = stubMessages((_, nth) => (nth === 2 ? { code: 131026 } : "accept"));
    const fixture = await aCampaignFixture({ people: 6 });
    await start(fixture);
    await ended(fixture);
    expect(graph.refused.length).toBe(1);
    const { data } = await fixture.campaign.recipients({ limit: 10, status: "failed" });
    expect(data.map((row) => row.errorCode)).toEqual([131026]);
    expect((await fixture.campaign.recipient(data[0]?.contactId ?? ""))?.history.map((entry) => entry.event)).toEqual(
      expect.arrayContaining(["prepared", "queued", "refused", "failed"]),
    );
  });

  test("a number that two campaigns could not reach is left out of the third, until its owner writes to us", async () => {
    graph = stubMessages(() => ({ code: 131026 }));
    const fixture = await aCampaignFixture({ people: 1 });
    const { contacts } = makeDeps(env).store(fixture.tenant.tenantId);
    await start(fixture);
    await ended(fixture);
    const [contactId = ""] = fixture.contactIds;
    const unreachable = async () => (await contacts.pageForCampaign(firstOf(fixture, 1))).data[0]?.unreachable;
    const strikes = async () =>
      await env.DB.prepare("select count(*) as n from contact_strikes where contact_id = ?").bind(contactId).first("n");
    await eventually(async () => expect(await strikes()).toBe(1));
    expect(await unreachable()).toBe(false);
    // The same campaign telling it again is no second strike; another campaign is.
    await contacts.addStrikes([contactId], fixture.campaignId, Date.now());
    expect(await unreachable()).toBe(false);
    await contacts.addStrikes([contactId], "cmp_another", Date.now());
    expect(await unreachable()).toBe(true);
    await contacts.forgetStrikes(fixture.phones);
    expect(await unreachable()).toBe(false);
  });

  test("a line that Meta has closed leaves the rotation and its people go to the others", async () => {
    let closed = "";
    graph = stubMessages((send) => {
      closed ||= send.phoneNumberId;
      return send.phoneNumberId === closed ? { code: 133010 } : "accept";
    });
    const fixture = await aCampaignFixture({ people: 60 });
    await start(fixture);
    await ended(fixture);
    expect(graph.accepted.length).toBe(60);
    expect(graph.accepted.some((send) => send.phoneNumberId === closed)).toBe(false);
    const { lines } = await fixture.portfolio.overview();
    expect(lines.filter((line) => line.cooldown !== null).length).toBe(1);
    const alerts = await fixture.tenant.call("GET", "/v1/alerts?status=open");
    const { data } = await alerts.json<{ data: { kind: string }[] }>();
    expect(data.map((alert) => alert.kind)).toContain("line_blocked");
  });

  test("a paused template pauses the campaign with the reason, keeps its people, and resuming goes on", async () => {
    let paused = true;
    graph = stubMessages(() => (paused ? { code: 132015 } : "accept"));
    const fixture = await aCampaignFixture({ people: 20 });
    await start(fixture);
    await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("paused"));
    const snapshot = await fixture.campaign.snapshot();
    expect(snapshot?.statusReason).toBe("template_paused");
    await eventually(async () =>
      expect((await fixture.campaign.snapshot())?.accounting).toMatchObject({
        pending: 20,
        failed: 0,
        balanced: true,
      }),
    );
    // D1 hears of it too.
    await eventually(async () => {
      const row = await env.DB.prepare("select status, status_reason from campaigns where id = ?")
        .bind(fixture.campaignId)
        .first();
      expect(row).toEqual({ status: "paused", status_reason: "template_paused" });
    });
    paused = false;
    await fixture.campaign.resume();
    await ended(fixture);
    expect(graph.accepted.length).toBe(20);
  });

  test("131050 records the opt-out for every campaign", async () => {
    graph = stubMessages((_, nth) => (nth === 1 ? { code: 131050 } : "accept"));
    const fixture = await aCampaignFixture({ people: 3 });
    await start(fixture);
    await ended(fixture);
    const { data } = await fixture.campaign.recipients({ limit: 10, status: "failed" });
    await eventually(async () => {
      const contact = await fixture.tenant.call("GET", `/v1/contacts/${data[0]?.contactId}`);
      expect((await contact.json<{ optIn: { status: string } }>()).optIn.status).toBe("revoked");
    });
  });

  test("a gateway's 502 page is unconfirmed, not a failure and not a second send", async () => {
    graph = stubMessages((_, nth) => (nth === 1 ? { status: 502, text: "<html>Bad gateway</html>" } : "accept"));
    const fixture = await aCampaignFixture({ people: 4 });
    await start(fixture);
    await ended(fixture);
    expect((await fixture.campaign.snapshot())?.counts).toMatchObject({ sent: 3, unknown: 1, failed: 0 });
    expect(graph.accepted.length + graph.refused.length).toBe(4);
  });

  test("no line left: the campaign pauses with the reason instead of failing its people", async () => {
    graph = stubMessages(() => ({ code: 133010 }));
    const fixture = await aCampaignFixture({ people: 10 });
    await start(fixture);
    await eventually(async () => expect((await fixture.campaign.snapshot())?.statusReason).toBe("no_line_left"));
    expect((await fixture.campaign.snapshot())?.accounting).toMatchObject({ pending: 10, failed: 0, balanced: true });
  });

  test("no alert says that a campaign goes on when none of its lines can send", async () => {
    graph = stubMessages();
    const fixture = await aCampaignFixture({ people: 3, line: () => ({ status: "BANNED" }) });
    await start(fixture);
    await eventually(async () => expect((await fixture.campaign.snapshot())?.statusReason).toBe("no_line_left"));
    const alerts = await fixture.tenant.call("GET", "/v1/alerts?status=open");
    const { data } = await alerts.json<{ data: { kind: string; message: string }[] }>();
    expect(data.map(({ kind }) => kind)).toEqual(["line_blocked"]);
    expect(data.map(({ message }) => message).join()).not.toContain("goes on");
  });

  test("glific #3541: more people than the portfolio's limit: the rest waits, and an alert says so", async () => {
    graph = stubMessages();
    const fixture = await aCampaignFixture({ people: 40, limit: 25 });
    await start(fixture);
    await eventually(() => expect(graph.accepted.length).toBe(25));
    await eventually(async () => {
      const alerts = await fixture.tenant.call("GET", "/v1/alerts?status=open");
      expect((await alerts.json<{ data: { kind: string }[] }>()).data.map((alert) => alert.kind)).toContain(
        "tier_limit",
      );
    });
    await eventually(async () =>
      expect((await fixture.campaign.snapshot())?.accounting).toMatchObject({
        sent: 25,
        pending: 15,
        failed: 0,
        balanced: true,
      }),
    );
    expect(graph.accepted.length).toBe(25);
  });
});
