import { abortAllDurableObjects } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Receiver } from "./receiver.ts";
import { aviso, person, World } from "./world.ts";

const recordSchema = z.object({ data: z.array(z.looseObject({ wamid: z.string(), seq: z.number() })) });
const record = async (world: World) =>
  recordSchema.parse(await (await world.control("GET", "/messages?limit=5000")).json()).data;

describe("after a restart", () => {
  it("everything that was answered is still on record, and numbering goes on", async () => {
    const world = await World.create();
    const wamids = await Promise.all(Array.from({ length: 30 }, (_, n) => world.accepted(aviso(person(n)))));
    await abortAllDurableObjects();
    expect((await record(world)).map((message) => message.wamid).sort()).toEqual(wamids.sort());
    await world.accepted(aviso(person(99)));
    expect((await record(world)).at(-1)?.seq).toBe(31);
  });

  it("webhooks that waited are told, each once", async () => {
    const world = await World.create();
    await world.control("PUT", "/behaviour", { unreachable: 1 });
    await world.control("POST", "/webhooks/pause");
    const wamids = await Promise.all(Array.from({ length: 70 }, (_, n) => world.accepted(aviso(person(n)))));
    await abortAllDurableObjects();
    const receiver = new Receiver(world);
    await world.control("POST", "/webhooks/resume");
    await receiver.untilQuiet();
    expect(
      receiver
        .statuses()
        .map((status) => status.id)
        .sort(),
    ).toEqual(wamids.sort());
  });

  it("a webhook whose receiver was down is tried again at once", async () => {
    const world = await World.create();
    const receiver = new Receiver(world, [500, 500, 200]);
    await world.control("POST", "/inbound", { phoneId: world.phoneId, from: person(1), text: "Oi" });
    await receiver.until((r) => r.posts.length >= 1);
    await abortAllDurableObjects();
    await world.control("GET", "/health");
    await receiver.until((r) => r.messages().length === 1);
  });

  it("a webhook on its way when the process died is sent again", async () => {
    const world = await World.create();
    const receiver = new Receiver(world, ["silence", 200]);
    await world.control("POST", "/inbound", { phoneId: world.phoneId, from: person(1), text: "Oi" });
    await receiver.until((r) => r.posts.length === 1);
    await abortAllDurableObjects();
    await world.control("GET", "/health");
    await receiver.until((r) => r.messages().length === 1);
    expect(receiver.posts[1]?.raw).toBe(receiver.posts[0]?.raw);
  });

  it("accounts, changes to them, scenarios and their counts, behaviour and a pause are as they were", async () => {
    const world = await World.create();
    await world.control("PATCH", `/phones/${world.phoneId}`, { quality: "RED", rate: 7 });
    await world.control("PUT", "/scenarios", [{ match: { nth: 2 }, fault: { kind: "html_502" } }]);
    await world.control("PUT", "/behaviour", { replied: 0.5 });
    await world.control("POST", "/webhooks/pause");
    await world.accepted(aviso(person(1)));
    await abortAllDurableObjects();
    const number = await (await world.graph("GET", `/${world.phoneId}?fields=quality_rating`)).json();
    expect(number).toEqual({ id: world.phoneId, quality_rating: "RED" });
    expect(await (await world.control("GET", "/summary")).json()).toMatchObject({ paused: true, accepted: 1 });
    expect(await (await world.control("GET", "/behaviour")).json()).toMatchObject({ replied: 0.5 });
    expect((await world.graph("POST", `/${world.phoneId}/messages`, aviso(person(2)))).status).toBe(502);
  });

  it("the limiter still knows the calls of the last second", async () => {
    const world = await World.create({ rate: 3 });
    await Promise.all([1, 2, 3].map((n) => world.accepted(aviso(person(n)))));
    await abortAllDurableObjects();
    expect((await world.send(aviso(person(4)))).body.error?.code).toBe(130429);
  });
});
