import { abortAllDurableObjects } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aviso, Fixture, person } from "./fixture.ts";
import { Receiver } from "./receiver.ts";

const recordSchema = z.object({ data: z.array(z.looseObject({ wamid: z.string(), seq: z.number() })) });
const record = async (fixture: Fixture) =>
  recordSchema.parse(await (await fixture.control("GET", "/messages?limit=5000")).json()).data;

describe("after a restart", () => {
  it("everything that was answered is still on record, and numbering goes on", async () => {
    const fixture = await Fixture.create();
    const wamids = await Promise.all(Array.from({ length: 30 }, (_, n) => fixture.accepted(aviso(person(n)))));
    await abortAllDurableObjects();
    expect((await record(fixture)).map((message) => message.wamid).sort()).toEqual(wamids.sort());
    await fixture.accepted(aviso(person(99)));
    expect((await record(fixture)).at(-1)?.seq).toBe(31);
  });

  it("webhooks that waited are told, each once", async () => {
    const fixture = await Fixture.create();
    await fixture.control("PUT", "/behaviour", { unreachable: 1 });
    await fixture.control("POST", "/webhooks/pause");
    const wamids = await Promise.all(Array.from({ length: 70 }, (_, n) => fixture.accepted(aviso(person(n)))));
    await abortAllDurableObjects();
    const receiver = new Receiver(fixture);
    await fixture.control("POST", "/webhooks/resume");
    await receiver.untilQuiet();
    expect(
      receiver
        .statuses()
        .map((status) => status.id)
        .sort(),
    ).toEqual(wamids.sort());
  });

  it("a webhook whose receiver was down is tried again at once", async () => {
    const fixture = await Fixture.create();
    const receiver = new Receiver(fixture, [500, 500, 200]);
    await fixture.control("POST", "/inbound", { phoneId: fixture.phoneId, from: person(1), text: "Oi" });
    await receiver.until((r) => r.posts.length >= 1);
    await abortAllDurableObjects();
    await fixture.control("GET", "/health");
    await receiver.until((r) => r.messages().length === 1);
  });

  it("a webhook on its way when the process died is sent again", async () => {
    const fixture = await Fixture.create();
    const receiver = new Receiver(fixture, ["silence", 200]);
    await fixture.control("POST", "/inbound", { phoneId: fixture.phoneId, from: person(1), text: "Oi" });
    await receiver.until((r) => r.posts.length === 1);
    await abortAllDurableObjects();
    await fixture.control("GET", "/health");
    await receiver.until((r) => r.messages().length === 1);
    expect(receiver.posts[1]?.raw).toBe(receiver.posts[0]?.raw);
  });

  it("accounts, changes to them, scenarios and their counts, behaviour and a pause are as they were", async () => {
    const fixture = await Fixture.create();
    await fixture.control("PATCH", `/phones/${fixture.phoneId}`, { quality: "RED", rate: 7 });
    await fixture.control("PUT", "/scenarios", [{ match: { nth: 2 }, fault: { kind: "html_502" } }]);
    await fixture.control("PUT", "/behaviour", { replied: 0.5 });
    await fixture.control("POST", "/webhooks/pause");
    await fixture.accepted(aviso(person(1)));
    await abortAllDurableObjects();
    const number = await (await fixture.graph("GET", `/${fixture.phoneId}?fields=quality_rating`)).json();
    expect(number).toEqual({ id: fixture.phoneId, quality_rating: "RED" });
    expect(await (await fixture.control("GET", "/summary")).json()).toMatchObject({ paused: true, accepted: 1 });
    expect(await (await fixture.control("GET", "/behaviour")).json()).toMatchObject({ replied: 0.5 });
    expect((await fixture.graph("POST", `/${fixture.phoneId}/messages`, aviso(person(2)))).status).toBe(502);
  });

  it("the limiter still knows the calls of the last second", async () => {
    const fixture = await Fixture.create({ rate: 3 });
    await Promise.all([1, 2, 3].map((n) => fixture.accepted(aviso(person(n)))));
    await abortAllDurableObjects();
    expect((await fixture.send(aviso(person(4)))).body.error?.code).toBe(130429);
  });
});
