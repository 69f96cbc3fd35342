import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import worker from "../simulator/index.ts";
import { campaignOf } from "../simulator/message-log.ts";
import { aviso, Fixture, person } from "./fixture.ts";
import { Receiver } from "./receiver.ts";

const read = async (fixture: Fixture, path: string): Promise<unknown> => (await fixture.control("GET", path)).json();
const counts = z.looseObject({
  accepted: z.number(),
  refused: z.number(),
  told: z.record(z.string(), z.number()),
  planned: z.record(z.string(), z.number()),
});

describe("the summary", () => {
  it("adds up: each accepted message has one outcome, and once all is told the webhooks agree with it", async () => {
    const fixture = await Fixture.create();
    const receiver = new Receiver(fixture);
    await Promise.all(Array.from({ length: 100 }, (_, n) => fixture.accepted(aviso(person(n)))));
    await fixture.send(aviso("onze"));
    await receiver.untilQuiet();
    const summary = counts.parse(await read(fixture, "/summary"));
    const { failed = 0, sent = 0, delivered = 0, read: isRead = 0, replied = 0 } = summary.planned;
    expect([summary.accepted, summary.refused]).toEqual([100, 1]);
    expect(failed + sent + delivered + isRead + replied).toBe(100);
    expect(summary.told).toMatchObject({ failed, read: isRead + replied, reply: replied });
    expect(summary.told.sent).toBe(100 - failed);
    const kinds = (kind: string) => receiver.statuses().filter((status) => status.status === kind).length;
    expect({ sent: kinds("sent"), read: kinds("read") }).toEqual({ sent: summary.told.sent, read: summary.told.read });
  });

  it("counts from a moment on, to the same result", async () => {
    const fixture = await Fixture.create();
    await fixture.control("POST", "/webhooks/pause");
    await Promise.all([1, 2, 3].map((n) => fixture.accepted(aviso(person(n)))));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const since = Date.now();
    await Promise.all([4, 5].map((n) => fixture.accepted(aviso(person(n)))));
    expect(await read(fixture, `/summary?since=${since}`)).toMatchObject({
      accepted: 2,
      phones: [{ phoneId: fixture.phoneId, accepted: 2 }],
    });
    const all = counts.parse(await read(fixture, "/summary"));
    const counted = counts.parse(await read(fixture, "/summary?since=0"));
    expect([counted.accepted, counted.planned]).toEqual([all.accepted, all.planned]);
    expect(all.accepted).toBe(5);
  });
});

describe("the record", () => {
  it("holds what was accepted, what it will come to, and when each webhook was answered", async () => {
    const fixture = await Fixture.create();
    await fixture.control("PUT", "/behaviour", {
      unreachable: 0,
      neverDelivered: 0,
      read: 1,
      readAtOnce: 0,
      replied: 0,
    });
    const receiver = new Receiver(fixture);
    const wamid = await fixture.accepted(aviso("+55 31 98765-4321", { biz_opaque_callback_data: "c:1;r:2" }));
    await receiver.untilQuiet();
    const { data } = z
      .object({ data: z.array(z.looseObject({ told: z.record(z.string(), z.number()) })) })
      .parse(await read(fixture, "/messages"));
    expect(data).toMatchObject([
      {
        seq: 1,
        phoneId: fixture.phoneId,
        to: "5531987654321",
        wamid,
        callbackData: "c:1;r:2",
        template: "aviso",
        body: "Olá Ana, seu pedido saiu.",
        outcome: "read",
        errorCode: null,
        plan: [{ kind: "sent" }, { kind: "delivered" }, { kind: "read" }],
      },
    ]);
    expect(Object.keys(data[0]?.told ?? {})).toEqual(["sent", "delivered", "read"]);
  });

  it("is read in pages", async () => {
    const fixture = await Fixture.create();
    for (let n = 0; n < 5; n++) await fixture.accepted(aviso(person(n)));
    const page = z.object({ data: z.array(z.looseObject({ seq: z.number() })) });
    const seqs = async (query: string) =>
      page.parse(await read(fixture, `/messages?${query}`)).data.map((message) => message.seq);
    expect(await seqs("limit=2")).toEqual([1, 2]);
    expect(await seqs("after=2&limit=2")).toEqual([3, 4]);
    expect(await seqs("after=5")).toEqual([]);
  });

  it("finds what was sent twice: by callback data, and by campaign, template and person", async () => {
    const fixture = await Fixture.create();
    const send = (n: number, data: string) => fixture.accepted(aviso(person(n), { biz_opaque_callback_data: data }));
    await send(1, "c:1;r:1");
    await send(2, "c:1;r:2");
    await send(1, "c:2;r:1");
    expect(await read(fixture, "/duplicates")).toEqual({ byCallbackData: [], byRecipient: [] });
    await send(2, "c:1;r:2");
    await send(1, "c:1;r:9");
    expect(await read(fixture, "/duplicates")).toMatchObject({
      byCallbackData: [{ callbackData: "c:1;r:2", count: 2, seqs: [2, 4] }],
      byRecipient: [
        { person: person(1), count: 2, seqs: [1, 5] },
        { person: person(2), count: 2, seqs: [2, 4] },
      ],
    });
  });

  it("takes all but the last part of callback data for the campaign", () => {
    expect(campaignOf("c:cmp_1;r:con_2")).toBe("c:cmp_1;r");
    expect(campaignOf("campaign|7")).toBe("campaign");
    expect(campaignOf("alone")).toBe(null);
    expect(campaignOf(null)).toBe(null);
  });

  it("knows the worst second of each number and the people of each portfolio", async () => {
    const fixture = await Fixture.create();
    await Promise.all([1, 2, 3].map((n) => fixture.accepted(aviso(person(n)))));
    await fixture.accepted(aviso(person(1)));
    expect(await read(fixture, "/rates")).toMatchObject({
      phones: [{ phoneId: fixture.phoneId, accepted: 4 }],
      busiestMinute: { messages: 4 },
    });
    expect(await read(fixture, "/portfolios")).toEqual({
      data: [{ id: fixture.portfolioId, messagingLimit: "TIER_10K", people24h: 3 }],
    });
  });
});

describe("a reset", () => {
  it("forgets messages, refusals, scenarios, behaviour and pauses, keeps accounts, and numbers on", async () => {
    const fixture = await Fixture.create();
    await fixture.control("POST", "/webhooks/pause");
    await fixture.control("PUT", "/scenarios", [{ match: { nth: 2 }, fault: { kind: "html_502" } }]);
    await fixture.control("PUT", "/behaviour", { replied: 0.5 });
    await fixture.accepted(aviso(person(1)));
    await fixture.control("POST", "/reset");
    expect(await read(fixture, "/summary")).toMatchObject({
      accepted: 0,
      paused: false,
      waiting: { webhooks: 0, posts: 0 },
    });
    expect(await read(fixture, "/scenarios")).toEqual({ data: [] });
    expect(await read(fixture, "/behaviour")).toMatchObject({ replied: 0.08 });
    await fixture.accepted(aviso(person(2)));
    expect(await read(fixture, "/messages")).toMatchObject({ data: [{ seq: 2, to: person(2) }] });
  });

  it("drops the accounts too where that is asked for", async () => {
    const fixture = await Fixture.create();
    await fixture.control("POST", "/reset?all=true");
    expect(await read(fixture, "/accounts")).toEqual({ wabas: [], phones: [], templates: [] });
  });
});

describe("a seed", () => {
  const seed = (fixture: Fixture, more: object = {}) => ({
    wabas: [
      {
        id: fixture.wabaId,
        portfolio: { id: fixture.portfolioId, name: "Outro nome" },
        token: "new-token",
        phones: [{ id: fixture.phoneId, display: "+55 11 98888-0001", name: "Demo", quality: "GREEN", rate: 80 }],
        templates: [
          { name: "aviso", language: "pt_BR", category: "UTILITY", components: [{ type: "BODY", text: "Oi." }] },
        ],
      },
    ],
    ...more,
  });

  it("planted again changes names and tokens, but not what happened to numbers and templates since", async () => {
    const fixture = await Fixture.create();
    const accounts = z.object({
      templates: z.array(z.looseObject({ id: z.string(), name: z.string(), status: z.string() })),
    });
    const aviso = async () =>
      accounts.parse(await read(fixture, "/accounts")).templates.find((template) => template.name === "aviso");
    const before = await aviso();
    await fixture.control("PATCH", `/phones/${fixture.phoneId}`, { quality: "RED" });
    await fixture.control("PATCH", `/templates/${before?.id}`, { status: "PAUSED" });
    await fixture.control("POST", "/seed", seed(fixture));
    expect(await aviso()).toMatchObject({ id: before?.id, status: "PAUSED" });
    const number = await fixture.graph("GET", `/${fixture.phoneId}?fields=quality_rating`, undefined, "new-token");
    expect(await number.json()).toMatchObject({ quality_rating: "RED" });
    await fixture.control("POST", "/seed", seed(fixture, { replace: true }));
    expect(await aviso()).toMatchObject({ id: before?.id, status: "APPROVED" });
  });

  it("is refused with the reason when it makes no sense", async () => {
    const fixture = await Fixture.create();
    const response = await fixture.control("POST", "/seed", { wabas: [{ id: "1" }] });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringContaining("portfolio") });
  });
});

describe("the control endpoint", () => {
  it("makes people write and press buttons, which opens a day for free texts", async () => {
    const fixture = await Fixture.create();
    await fixture.control("PUT", "/behaviour", { unreachable: 0, neverDelivered: 0 });
    const receiver = new Receiver(fixture);
    const from = person(1);
    const text = { messaging_product: "whatsapp", to: from, type: "text", text: { body: "Oi" } };
    const outcome = async () =>
      z
        .object({ data: z.array(z.looseObject({ outcome: z.string() })) })
        .parse(await read(fixture, "/messages"))
        .data.at(-1)?.outcome;
    await fixture.accepted(text);
    expect(await outcome()).toBe("failed");
    const button = { text: "Parar", payload: "STOP" };
    await fixture.control("POST", "/inbound", { phoneId: fixture.phoneId, from, button, contextWamid: "wamid.X" });
    await receiver.until((r) => r.messages().length === 1);
    expect(receiver.messages()[0]).toMatchObject({ from, type: "button", button, context: { id: "wamid.X" } });
    await fixture.accepted(text);
    expect(await outcome()).not.toBe("failed");
  });

  it("answers 404 for what it does not know", async () => {
    const fixture = await Fixture.create();
    expect((await fixture.control("PATCH", "/phones/1", { rate: 1 })).status).toBe(404);
    expect((await fixture.control("PATCH", "/templates/1", { status: "PAUSED" })).status).toBe(404);
    expect((await fixture.control("PATCH", "/wabas/1", { subscribed: true })).status).toBe(404);
  });

  it("tells of a new limit and of a raised throughput", async () => {
    const fixture = await Fixture.create({ rate: 80 });
    const receiver = new Receiver(fixture);
    await fixture.control("PATCH", `/wabas/${fixture.wabaId}`, { messagingLimit: 100_000 });
    await fixture.control("PATCH", `/phones/${fixture.phoneId}`, { rate: 1000 });
    await receiver.until((r) => r.fields("phone_number_quality_update").length === 1);
    expect(receiver.fields("business_capability_update")[0]).toMatchObject({
      max_daily_conversations_per_business: "TIER_100K",
    });
    expect(receiver.fields("phone_number_quality_update")[0]).toMatchObject({
      event: "THROUGHPUT_UPGRADE",
      display_phone_number: "5511988880001",
    });
  });

  it("never shows the secrets it was started with", async () => {
    const fixture = await Fixture.create();
    const text = await (await fixture.control("GET", "/health")).text();
    expect(text).toContain('"ok":true');
    expect(text).not.toContain("test-app-secret");
    expect(text).not.toContain("test-verify-token");
  });

  it("is reached through the Worker", async () => {
    const response = await worker.fetch(new Request("http://simulator.test/control/health"), env);
    expect(response.status).toBe(200);
  });
});
