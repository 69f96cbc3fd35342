import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import worker from "../simulator/index.ts";
import { campaignOf } from "../simulator/message-log.ts";
import { Receiver } from "./receiver.ts";
import { aviso, person, World } from "./world.ts";

const read = async (world: World, path: string): Promise<unknown> => (await world.control("GET", path)).json();
const counts = z.looseObject({
  accepted: z.number(),
  refused: z.number(),
  told: z.record(z.string(), z.number()),
  planned: z.record(z.string(), z.number()),
});

describe("the summary", () => {
  it("adds up: each accepted message has one outcome, and once all is told the webhooks agree with it", async () => {
    const world = await World.create();
    const receiver = new Receiver(world);
    await Promise.all(Array.from({ length: 100 }, (_, n) => world.accepted(aviso(person(n)))));
    await world.send(aviso("onze"));
    await receiver.untilQuiet();
    const summary = counts.parse(await read(world, "/summary"));
    const { failed = 0, sent = 0, delivered = 0, read: isRead = 0, replied = 0 } = summary.planned;
    expect([summary.accepted, summary.refused]).toEqual([100, 1]);
    expect(failed + sent + delivered + isRead + replied).toBe(100);
    expect(summary.told).toMatchObject({ failed, read: isRead + replied, reply: replied });
    expect(summary.told.sent).toBe(100 - failed);
    const kinds = (kind: string) => receiver.statuses().filter((status) => status.status === kind).length;
    expect({ sent: kinds("sent"), read: kinds("read") }).toEqual({ sent: summary.told.sent, read: summary.told.read });
  });

  it("counts from a moment on, to the same result", async () => {
    const world = await World.create();
    await world.control("POST", "/webhooks/pause");
    await Promise.all([1, 2, 3].map((n) => world.accepted(aviso(person(n)))));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const since = Date.now();
    await Promise.all([4, 5].map((n) => world.accepted(aviso(person(n)))));
    expect(await read(world, `/summary?since=${since}`)).toMatchObject({
      accepted: 2,
      phones: [{ phoneId: world.phoneId, accepted: 2 }],
    });
    const all = counts.parse(await read(world, "/summary"));
    const counted = counts.parse(await read(world, "/summary?since=0"));
    expect([counted.accepted, counted.planned]).toEqual([all.accepted, all.planned]);
    expect(all.accepted).toBe(5);
  });
});

describe("the record", () => {
  it("holds what was accepted, what it will come to, and when each webhook was answered", async () => {
    const world = await World.create();
    await world.control("PUT", "/behaviour", { unreachable: 0, neverDelivered: 0, read: 1, readAtOnce: 0, replied: 0 });
    const receiver = new Receiver(world);
    const wamid = await world.accepted(aviso("+55 31 98765-4321", { biz_opaque_callback_data: "c:1;r:2" }));
    await receiver.untilQuiet();
    const { data } = z
      .object({ data: z.array(z.looseObject({ told: z.record(z.string(), z.number()) })) })
      .parse(await read(world, "/messages"));
    expect(data).toMatchObject([
      {
        seq: 1,
        phoneId: world.phoneId,
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
    const world = await World.create();
    for (let n = 0; n < 5; n++) await world.accepted(aviso(person(n)));
    const page = z.object({ data: z.array(z.looseObject({ seq: z.number() })) });
    const seqs = async (query: string) =>
      page.parse(await read(world, `/messages?${query}`)).data.map((message) => message.seq);
    expect(await seqs("limit=2")).toEqual([1, 2]);
    expect(await seqs("after=2&limit=2")).toEqual([3, 4]);
    expect(await seqs("after=5")).toEqual([]);
  });

  it("finds what was sent twice: by callback data, and by campaign, template and person", async () => {
    const world = await World.create();
    const send = (n: number, data: string) => world.accepted(aviso(person(n), { biz_opaque_callback_data: data }));
    await send(1, "c:1;r:1");
    await send(2, "c:1;r:2");
    await send(1, "c:2;r:1");
    expect(await read(world, "/duplicates")).toEqual({ byCallbackData: [], byRecipient: [] });
    await send(2, "c:1;r:2");
    await send(1, "c:1;r:9");
    expect(await read(world, "/duplicates")).toMatchObject({
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
    const world = await World.create();
    await Promise.all([1, 2, 3].map((n) => world.accepted(aviso(person(n)))));
    await world.accepted(aviso(person(1)));
    expect(await read(world, "/rates")).toMatchObject({
      phones: [{ phoneId: world.phoneId, accepted: 4 }],
      busiestMinute: { messages: 4 },
    });
    expect(await read(world, "/portfolios")).toEqual({
      data: [{ id: world.portfolioId, messagingLimit: "TIER_10K", people24h: 3 }],
    });
  });
});

describe("a reset", () => {
  it("forgets messages, refusals, scenarios, behaviour and pauses, keeps accounts, and numbers on", async () => {
    const world = await World.create();
    await world.control("POST", "/webhooks/pause");
    await world.control("PUT", "/scenarios", [{ match: { nth: 2 }, fault: { kind: "html_502" } }]);
    await world.control("PUT", "/behaviour", { replied: 0.5 });
    await world.accepted(aviso(person(1)));
    await world.control("POST", "/reset");
    expect(await read(world, "/summary")).toMatchObject({
      accepted: 0,
      paused: false,
      waiting: { webhooks: 0, posts: 0 },
    });
    expect(await read(world, "/scenarios")).toEqual({ data: [] });
    expect(await read(world, "/behaviour")).toMatchObject({ replied: 0.08 });
    await world.accepted(aviso(person(2)));
    expect(await read(world, "/messages")).toMatchObject({ data: [{ seq: 2, to: person(2) }] });
  });

  it("drops the accounts too where that is asked for", async () => {
    const world = await World.create();
    await world.control("POST", "/reset?all=true");
    expect(await read(world, "/accounts")).toEqual({ wabas: [], phones: [], templates: [] });
  });
});

describe("a seed", () => {
  const seed = (world: World, more: object = {}) => ({
    wabas: [
      {
        id: world.wabaId,
        portfolio: { id: world.portfolioId, name: "Outro nome" },
        token: "new-token",
        phones: [{ id: world.phoneId, display: "+55 11 98888-0001", name: "Demo", quality: "GREEN", rate: 80 }],
        templates: [
          { name: "aviso", language: "pt_BR", category: "UTILITY", components: [{ type: "BODY", text: "Oi." }] },
        ],
      },
    ],
    ...more,
  });

  it("planted again changes names and tokens, but not what happened to numbers and templates since", async () => {
    const world = await World.create();
    const accounts = z.object({
      templates: z.array(z.looseObject({ id: z.string(), name: z.string(), status: z.string() })),
    });
    const aviso = async () =>
      accounts.parse(await read(world, "/accounts")).templates.find((template) => template.name === "aviso");
    const before = await aviso();
    await world.control("PATCH", `/phones/${world.phoneId}`, { quality: "RED" });
    await world.control("PATCH", `/templates/${before?.id}`, { status: "PAUSED" });
    await world.control("POST", "/seed", seed(world));
    expect(await aviso()).toMatchObject({ id: before?.id, status: "PAUSED" });
    const number = await world.graph("GET", `/${world.phoneId}?fields=quality_rating`, undefined, "new-token");
    expect(await number.json()).toMatchObject({ quality_rating: "RED" });
    await world.control("POST", "/seed", seed(world, { replace: true }));
    expect(await aviso()).toMatchObject({ id: before?.id, status: "APPROVED" });
  });

  it("is refused with the reason when it makes no sense", async () => {
    const world = await World.create();
    const response = await world.control("POST", "/seed", { wabas: [{ id: "1" }] });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringContaining("portfolio") });
  });
});

describe("the control endpoint", () => {
  it("makes people write and press buttons, which opens a day for free texts", async () => {
    const world = await World.create();
    await world.control("PUT", "/behaviour", { unreachable: 0, neverDelivered: 0 });
    const receiver = new Receiver(world);
    const from = person(1);
    const text = { messaging_product: "whatsapp", to: from, type: "text", text: { body: "Oi" } };
    const outcome = async () =>
      z
        .object({ data: z.array(z.looseObject({ outcome: z.string() })) })
        .parse(await read(world, "/messages"))
        .data.at(-1)?.outcome;
    await world.accepted(text);
    expect(await outcome()).toBe("failed");
    const button = { text: "Parar", payload: "STOP" };
    await world.control("POST", "/inbound", { phoneId: world.phoneId, from, button, contextWamid: "wamid.X" });
    await receiver.until((r) => r.messages().length === 1);
    expect(receiver.messages()[0]).toMatchObject({ from, type: "button", button, context: { id: "wamid.X" } });
    await world.accepted(text);
    expect(await outcome()).not.toBe("failed");
  });

  it("answers 404 for what it does not know", async () => {
    const world = await World.create();
    expect((await world.control("PATCH", "/phones/1", { rate: 1 })).status).toBe(404);
    expect((await world.control("PATCH", "/templates/1", { status: "PAUSED" })).status).toBe(404);
    expect((await world.control("PATCH", "/wabas/1", { subscribed: true })).status).toBe(404);
  });

  it("tells of a new limit and of a raised throughput", async () => {
    const world = await World.create({ rate: 80 });
    const receiver = new Receiver(world);
    await world.control("PATCH", `/wabas/${world.wabaId}`, { messagingLimit: 100_000 });
    await world.control("PATCH", `/phones/${world.phoneId}`, { rate: 1000 });
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
    const world = await World.create();
    const text = await (await world.control("GET", "/health")).text();
    expect(text).toContain('"ok":true');
    expect(text).not.toContain("test-app-secret");
    expect(text).not.toContain("test-verify-token");
  });

  it("is reached through the Worker", async () => {
    const response = await worker.fetch(new Request("http://simulator.test/control/health"), env);
    expect(response.status).toBe(200);
  });
});
