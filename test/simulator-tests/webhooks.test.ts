import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { retryDelayMs } from "../simulator/webhook-pump.ts";
import { aviso, bodyOf, Fixture, person, templateCall, urlButton } from "./fixture.ts";
import { Receiver } from "./receiver.ts";

/** HMAC-SHA256 of the text, in hex, by another way than the simulator's. */
async function hmac(secret: string, text: string): Promise<string> {
  const { createHmac } = await import("node:crypto");
  return `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`;
}

const everythingRead = {
  unreachable: 0,
  capped: 0,
  experiment: 0,
  neverDelivered: 0,
  read: 1,
  readAtOnce: 0,
  replied: 0,
};

describe("webhooks", () => {
  it("tell sent, delivered and read in order, with the caller's data and the price on sent", async () => {
    const fixture = await Fixture.create();
    await fixture.control("PUT", "/behaviour", everythingRead);
    const receiver = new Receiver(fixture);
    const wamid = await fixture.accepted(aviso("+55 11 98765-4321", { biz_opaque_callback_data: "c:1;r:2" }));
    await receiver.until((r) => r.statuses().length === 3);
    const statuses = receiver.statuses();
    expect(statuses.map((status) => status.status)).toEqual(["sent", "delivered", "read"]);
    for (const status of statuses) {
      expect(status).toMatchObject({ id: wamid, recipient_id: "5511987654321", biz_opaque_callback_data: "c:1;r:2" });
      expect(status).not.toHaveProperty("conversation");
      expect(status.timestamp).toMatch(/^\d{10}$/);
    }
    expect(statuses[0]?.pricing).toEqual({
      billable: true,
      pricing_model: "PMP",
      type: "regular",
      category: "utility",
    });
    expect(statuses[2]?.pricing).toBeUndefined();
    const [entry] = receiver.posts[0]?.envelope.entry ?? [];
    expect(entry?.id).toBe(fixture.wabaId);
    expect(entry?.time).toBeUndefined();
    expect(entry?.changes[0]?.value.metadata).toEqual({
      display_phone_number: "5511988880001",
      phone_number_id: fixture.phoneId,
    });
  });

  it("are on their way no more when a pause is answered", async () => {
    const fixture = await Fixture.create();
    let answered = 0;
    class SlowReceiver extends Receiver {
      override async take(raw: string, signature: string): Promise<Response> {
        const response = await super.take(raw, signature);
        await new Promise((resolve) => setTimeout(resolve, 300));
        answered += 1;
        return response;
      }
    }
    const receiver = new SlowReceiver(fixture);
    await fixture.accepted(aviso(person(1)));
    await receiver.until((r) => r.posts.length > 0);
    await fixture.control("POST", "/webhooks/pause");
    expect(answered).toBe(receiver.posts.length);
  });

  it("are signed over the raw bytes, in which everything beyond ASCII is escaped", async () => {
    const fixture = await Fixture.create();
    const receiver = new Receiver(fixture);
    await fixture.control("POST", "/inbound", {
      phoneId: fixture.phoneId,
      from: person(1),
      name: "João",
      text: "Não 👍",
    });
    await receiver.until((r) => r.messages().length === 1);
    const [post] = receiver.posts;
    expect(post?.raw).toMatch(/^[\u0020-\u007e]+$/);
    expect(post?.raw).toContain("N\\u00e3o \\ud83d\\udc4d");
    expect(post?.signature).toBe(await hmac("test-app-secret", post?.raw ?? ""));
    expect(receiver.messages()[0]).toMatchObject({ from: person(1), type: "text", text: { body: "Não 👍" } });
  });

  it("tell of a group, a hidden number and a changed one as Meta does", async () => {
    const fixture = await Fixture.create();
    const receiver = new Receiver(fixture);
    const tell = (more: object) =>
      fixture.control("POST", "/inbound", { phoneId: fixture.phoneId, from: person(1), ...more });
    await tell({ groupId: "120363" });
    await tell({ hidesNumber: true, contextWamid: "wamid.x" });
    await tell({ newNumber: "+5511900000288" });
    await receiver.until((r) => r.messages().length === 3);
    expect(receiver.messages()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ from: person(1), group_id: "120363", type: "text" }),
        expect.not.objectContaining({ from: expect.anything() }),
        expect.objectContaining({
          type: "system",
          system: { type: "user_changed_number", body: "changed", wa_id: "5511900000288" },
        }),
      ]),
    );
  });

  it("are posted again, with the same bytes, until the receiver answers 200", async () => {
    const fixture = await Fixture.create();
    const receiver = new Receiver(fixture, [500, 503, 201, 200]);
    await fixture.control("POST", "/inbound", { phoneId: fixture.phoneId, from: person(1), text: "Oi" });
    await receiver.until((r) => r.messages().length === 1);
    await receiver.untilQuiet();
    expect(receiver.posts.map((post) => post.answer)).toEqual([500, 503, 201, 200]);
    expect(new Set(receiver.posts.map((post) => post.raw)).size).toBe(1);
  });

  it("wait longer after each refusal, up to a quarter of a minute", () => {
    expect([1, 2, 3, 6, 20].map((attempts) => retryDelayMs(attempts, 1))).toEqual([500, 1000, 2000, 15_000, 15_000]);
  });

  it("travel together under load, at most fifty to a POST, and none is lost", async () => {
    const fixture = await Fixture.create();
    await fixture.control("PUT", "/behaviour", everythingRead);
    await fixture.control("POST", "/webhooks/pause");
    const receiver = new Receiver(fixture);
    const wamids = await Promise.all(Array.from({ length: 120 }, (_, n) => fixture.accepted(aviso(person(n)))));
    await fixture.control("POST", "/webhooks/resume");
    await receiver.until((r) => r.statuses().length === 360);
    await receiver.untilQuiet();
    expect(receiver.statuses()).toHaveLength(360);
    expect(new Set(receiver.statuses().map((status) => status.id))).toEqual(new Set(wamids));
    expect(receiver.posts.length).toBeLessThan(60);
    const sizes = receiver.posts.map((post) => post.envelope.entry[0]?.changes[0]?.value.statuses?.length ?? 0);
    expect(Math.max(...sizes)).toBe(50);
  });

  it("tell a failure with Meta's code and no price", async () => {
    const fixture = await Fixture.create();
    await fixture.control("PUT", "/behaviour", { unreachable: 1 });
    const receiver = new Receiver(fixture);
    await fixture.accepted(aviso(person(1)));
    await receiver.until((r) => r.statuses().length === 1);
    const [status] = receiver.statuses();
    expect(status).toMatchObject({ status: "failed", recipient_id: person(1) });
    expect(status?.errors?.[0]).toMatchObject({ code: 131026, title: "Message undeliverable" });
    expect(status?.pricing).toBeUndefined();
    expect(status).not.toHaveProperty("recipient_user_id");
  });

  it("bring a press of a quick reply with its payload and the message it answers", async () => {
    const fixture = await Fixture.create();
    await fixture.control("PUT", "/behaviour", { ...everythingRead, replied: 1, buttonReply: 1, contextMissing: 0 });
    const receiver = new Receiver(fixture);
    const payload = {
      type: "button",
      sub_type: "quick_reply",
      index: 0,
      parameters: [{ type: "payload", payload: "SIM" }],
    };
    const wamid = await fixture.accepted(templateCall("oferta", [bodyOf("Ana", "10%"), urlButton(1, "a"), payload]));
    await receiver.until((r) => r.messages().length === 1);
    expect(receiver.messages()[0]).toMatchObject({
      type: "button",
      from: "5511987654321",
      button: { text: "Quero", payload: "SIM" },
      context: { from: "5511988880001", id: wamid },
    });
  });

  it("are told again from a moment on when asked for, and no others are; the record stays as it was", async () => {
    const fixture = await Fixture.create();
    await fixture.control("PUT", "/behaviour", everythingRead);
    const receiver = new Receiver(fixture);
    await fixture.accepted(aviso(person(1)));
    await receiver.untilQuiet();
    const sinceMs = Date.now() + 1;
    await vi.waitUntil(() => Date.now() > sinceMs);
    const second = await fixture.accepted(aviso(person(2)));
    await receiver.untilQuiet();
    const summary = await (await fixture.control("GET", "/summary")).json();
    const before = receiver.statuses();
    expect(await (await fixture.control("POST", "/webhooks/replay", { sinceMs })).json()).toEqual({ replayed: 3 });
    await receiver.untilQuiet();
    const again = receiver.statuses().slice(before.length);
    expect(again).toEqual(before.filter((status) => status.id === second));
    expect(await (await fixture.control("GET", "/summary")).json()).toMatchObject({
      told: z.object({ told: z.unknown() }).parse(summary).told,
    });
  });

  it("leave the context out where people answer without it", async () => {
    const fixture = await Fixture.create();
    await fixture.control("PUT", "/behaviour", { ...everythingRead, replied: 1, buttonReply: 1, contextMissing: 1 });
    const receiver = new Receiver(fixture);
    await fixture.accepted(templateCall("oferta", [bodyOf("Ana", "10%"), urlButton(1, "a")]));
    await receiver.until((r) => r.messages().length === 1);
    expect(receiver.messages()[0]?.context).toBeUndefined();
    expect(receiver.messages()[0]?.button).toEqual({ text: "Quero", payload: "Quero" });
  });

  it("do not come for an account whose app is not subscribed", async () => {
    const fixture = await Fixture.create();
    const receiver = new Receiver(fixture);
    await fixture.graph("DELETE", `/${fixture.wabaId}/subscribed_apps`);
    await fixture.accepted(aviso(person(1)));
    await receiver.untilQuiet();
    expect(receiver.posts).toEqual([]);
    expect(await (await fixture.graph("GET", `/${fixture.wabaId}/subscribed_apps`)).json()).toEqual({ data: [] });
    await fixture.graph("POST", `/${fixture.wabaId}/subscribed_apps`);
    await fixture.accepted(aviso(person(1)));
    await receiver.until((r) => r.statuses().length > 0);
  });

  it("tell of a paused template, a moved category and any field asked for, with the time of the entry", async () => {
    const fixture = await Fixture.create();
    const receiver = new Receiver(fixture);
    const accounts = z.object({ templates: z.array(z.object({ id: z.string(), name: z.string() })) });
    const { templates } = accounts.parse(await (await fixture.control("GET", "/accounts")).json());
    const id = templates.find((template) => template.name === "aviso")?.id ?? "";
    await fixture.control("PATCH", `/templates/${id}`, { status: "PAUSED", category: "MARKETING" });
    await fixture.control("POST", "/webhooks", {
      wabaId: fixture.wabaId,
      field: "account_update",
      value: { event: "ACCOUNT_RESTRICTION" },
    });
    await receiver.until((r) => r.fields("account_update").length === 1);
    expect(receiver.fields("message_template_status_update")[0]).toMatchObject({
      event: "PAUSED",
      message_template_id: Number(id),
      message_template_language: "pt-BR",
      other_info: { title: "FIRST_PAUSE" },
    });
    expect(receiver.fields("template_category_update")[0]).toMatchObject({
      previous_category: "UTILITY",
      new_category: "MARKETING",
    });
    expect(receiver.posts[0]?.envelope.entry[0]?.time).toBeGreaterThan(1_700_000_000);
    expect((await fixture.send(aviso(person(1)))).body.error?.code).toBe(132015);
  });
});
