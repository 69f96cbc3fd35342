import { env } from "cloudflare:workers";
import { Hono } from "hono";
import { sign } from "hono/jwt";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { CampaignSnapshot } from "#contracts/campaign-rpc.ts";
import { makeDeps } from "#deps.ts";
import { NO_COUNTS } from "#http/campaigns/campaign.present.ts";
import * as answers from "#http/campaigns/live.schema.ts";
import { streamCounts } from "#http/campaigns/live-stream.ts";
import { redeemTicket, signTicket } from "#http/campaigns/live-ticket.ts";
import type { AppEnv } from "#http/kit/context.ts";
import { anApiKey, aTenant, callWith, newId, request, type TestTenant } from "../../support/builders.ts";
import { aLaunchableCampaign, campaignObject, launch } from "../../support/campaigns.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

const UPGRADE = { Upgrade: "websocket" };
const pathOf = (id: string, ticket?: string) => `/v1/campaigns/${id}/live${ticket ? `?ticket=${ticket}` : ""}`;

async function aTicket(t: TestTenant, id: string): Promise<string> {
  const response = await t.call("POST", `/v1/campaigns/${id}/live-tickets`);
  return (await expectBody(response, 201, answers.liveTicket)).ticket;
}

/** Takes the messages of a connection one by one. */
function listen(response: Response): { socket: WebSocket; next(): Promise<answers.LiveMessage> } {
  const socket = response.webSocket;
  if (!socket) throw new Error(`No WebSocket, but ${response.status}.`);
  const waiting: answers.LiveMessage[] = [];
  let heard: (() => void) | null = null;
  socket.addEventListener("message", ({ data }) => {
    waiting.push(answers.liveMessage.parse(JSON.parse(String(data))));
    heard?.();
  });
  socket.accept();
  return {
    socket,
    async next() {
      if (waiting.length === 0) await new Promise<void>((resolve) => (heard = resolve));
      const [message] = waiting.splice(0, 1);
      if (!message) throw new Error("Nothing was heard.");
      return message;
    },
  };
}

/** Reads an event stream event by event; null at its end. */
function readEvents(response: Response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    async next(): Promise<string | null> {
      for (;;) {
        const end = text.indexOf("\n\n");
        if (end >= 0) {
          const event = text.slice(0, end);
          text = text.slice(end + 2);
          return event;
        }
        const piece = await reader?.read();
        if (!piece || piece.done) return null;
        text += piece.value;
      }
    },
    leave: () => reader?.cancel(),
  };
}
const dataOf = (event: string | null) => answers.liveMessage.parse(JSON.parse(event?.replace(/^data: /, "") ?? ""));

async function launched(t: TestTenant) {
  const made = await aLaunchableCampaign(t);
  await launch(t, made.campaign.id);
  return made;
}

describe("a WebSocket", () => {
  test("opens with a ticket, tells the counts at once and again when they change", async () => {
    const t = await aTenant();
    const { campaign, contacts } = await launched(t);
    const response = await request("GET", pathOf(campaign.id, await aTicket(t, campaign.id)), undefined, UPGRADE);
    expect(response.status).toBe(101);
    const { socket, next } = listen(response);
    expect(await next()).toMatchObject({
      status: "scheduled",
      counts: { total: 2, pending: 2 },
      accounting: { balanced: true },
    });
    await campaignObject(campaign.id).exclude([contacts[0]?.id ?? ""], "optedOut");
    expect(await next()).toMatchObject({ counts: { total: 2, pending: 1, skipped: 1 } });
    socket.close();
  });

  test("opens with an API key, for clients that can send one", async () => {
    const t = await aTenant();
    const { campaign } = await launched(t);
    const { socket, next } = listen(await t.call("GET", pathOf(campaign.id), undefined, UPGRADE));
    expect(await next()).toMatchObject({ type: "counts", status: "scheduled" });
    socket.close();
  });

  test("does not open for a campaign that has not begun", async () => {
    const t = await aTenant();
    const { campaign } = await aLaunchableCampaign(t);
    await expectProblem(await t.call("GET", pathOf(campaign.id), undefined, UPGRADE), 409, "not_ready");
  });

  test("needs the right to read campaigns", async () => {
    const t = await aTenant();
    const { campaign } = await launched(t);
    const other = callWith((await anApiKey(t, { scopes: ["contacts:read"] })).key);
    await expectProblem(await other("GET", pathOf(campaign.id), undefined, UPGRADE), 403, "forbidden");
    await expectProblem(await request("GET", pathOf(campaign.id), undefined, UPGRADE), 401, "unauthenticated");
  });
});

describe("a ticket", () => {
  test("opens one connection, also when two are tried at once", async () => {
    const t = await aTenant();
    const { campaign } = await launched(t);
    const path = pathOf(campaign.id, await aTicket(t, campaign.id));
    const tries = await Promise.all([1, 2, 3].map(() => request("GET", path, undefined, UPGRADE)));
    expect(tries.map(({ status }) => status).sort()).toEqual([101, 401, 401]);
    for (const { webSocket } of tries) {
      webSocket?.accept();
      webSocket?.close();
    }
    await expectProblem(await request("GET", path, undefined, UPGRADE), 401, "unauthenticated");
  });

  test("is for its own campaign only", async () => {
    const t = await aTenant();
    const [one, two] = [await launched(t), await launched(t)];
    const path = pathOf(two.campaign.id, await aTicket(t, one.campaign.id));
    await expectProblem(await request("GET", path, undefined, UPGRADE), 401, "unauthenticated");
  });

  test("is worth nothing when it is forged, expired, or a token for something else", async () => {
    const t = await aTenant();
    const { campaign } = await launched(t);
    const claims = { campaignId: campaign.id, tenantId: t.tenantId, sub: "user:usr_1", jti: newId("tkt"), aud: "live" };
    const now = Math.floor(Date.now() / 1000);
    const soon = now + 3_600;
    const secret = env.SESSION_SECRET;
    const bad = [
      await sign({ ...claims, exp: soon }, "another secret", "HS256"),
      await sign({ ...claims, exp: now - 1 }, secret, "HS256"),
      await sign({ ...claims, exp: soon, aud: "session" }, secret, "HS256"),
      await sign({ ...claims, exp: soon, campaignId: 7 }, secret, "HS256"),
      `${btoa('{"alg":"none","typ":"JWT"}')}.${btoa(JSON.stringify({ ...claims, exp: soon }))}.`,
      "x",
    ];
    for (const ticket of bad) {
      await expectProblem(await request("GET", pathOf(campaign.id, ticket)), 401, "unauthenticated");
    }
    const good = await sign({ ...claims, exp: soon }, secret, "HS256");
    const response = await request("GET", pathOf(campaign.id, good));
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  test("stays used for as long as it would be valid", async () => {
    const t = await aTenant();
    const deps = makeDeps(env);
    const issuedAt = Date.now();
    const ticket = { campaignId: "cmp_1", tenantId: t.tenantId, sub: "user:usr_1", jti: newId("tkt") };
    const { token, expiresAt } = await signTicket(ticket, env.SESSION_SECRET, issuedAt);
    expect(await redeemTicket(token, "cmp_1", env.SESSION_SECRET, deps)).toMatchObject(ticket);
    const lastMoment = { ...deps, now: () => expiresAt };
    expect(await redeemTicket(token, "cmp_1", env.SESSION_SECRET, lastMoment)).toBeNull();
  });
});

describe("an event stream", () => {
  test("tells the counts at once, when they change, and ends when the campaign is over", async () => {
    const t = await aTenant();
    const { campaign, contacts } = await launched(t);
    const response = await t.call("GET", pathOf(campaign.id));
    expect(response.headers.get("Content-Type")).toContain("text/event-stream");
    const events = readEvents(response);
    expect(dataOf(await events.next())).toMatchObject({ status: "scheduled", counts: { pending: 2 } });
    await campaignObject(campaign.id).exclude([contacts[0]?.id ?? ""], "optedOut");
    expect(dataOf(await events.next())).toMatchObject({ counts: { pending: 1, skipped: 1 } });

    await t.call("POST", `/v1/campaigns/${campaign.id}/cancel`);
    let event = await events.next();
    while (event?.startsWith("data: ")) {
      expect(dataOf(event).status).toBe("cancelled");
      event = await events.next();
    }
    expect(event).toBe("event: end\ndata: cancelled");
    expect(await events.next()).toBeNull();
  });

  test("of a campaign that is over tells its last state and ends", async () => {
    const t = await aTenant();
    const { campaign } = await launched(t);
    await t.call("POST", `/v1/campaigns/${campaign.id}/cancel`);
    const text = await (await t.call("GET", pathOf(campaign.id))).text();
    expect(text).toMatch(/^data: \{"type":"counts","status":"cancelled".*\n\nevent: end\ndata: cancelled\n\n$/);
  });

  describe("by the clock", () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout"] }));
    afterEach(() => void vi.useRealTimers());

    /** A stream from an object that answers with what `states` holds at the moment. */
    async function streamOf(states: { now: CampaignSnapshot }, mostPolls?: number) {
      const snapshot = vi.fn(async () => states.now);
      const first = states.now;
      const app = new Hono<AppEnv>().get("/", (c) => streamCounts(c, { snapshot }, first, mostPolls));
      return { snapshot, events: readEvents(await app.request("/")) };
    }

    test("asks twice a second, and tells only what has changed", async () => {
      const states = { now: stateWith({ sent: 1 }) };
      const { snapshot, events } = await streamOf(states);
      expect(dataOf(await events.next())).toMatchObject({ counts: { sent: 1 } });
      await vi.advanceTimersByTimeAsync(5_000);
      expect(snapshot).toHaveBeenCalledTimes(10);
      states.now = stateWith({ sent: 2 });
      await vi.advanceTimersByTimeAsync(500);
      expect(dataOf(await events.next())).toMatchObject({ counts: { sent: 2 } });
    });

    test("gives a sign of life while nothing changes, so that nobody cuts it", async () => {
      const { events } = await streamOf({ now: stateWith({}) });
      await events.next();
      await vi.advanceTimersByTimeAsync(20_000);
      expect(await events.next()).toBe(": still here");
    });

    test("stops asking when its reader leaves", async () => {
      const { events, snapshot } = await streamOf({ now: stateWith({}) });
      await events.next();
      await events.leave();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(snapshot.mock.calls.length).toBeLessThanOrEqual(1);
    });

    test("ends after so many questions, for its reader to come anew", async () => {
      const { events, snapshot } = await streamOf({ now: stateWith({}) }, 4);
      await events.next();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(await events.next()).toBeNull();
      expect(snapshot).toHaveBeenCalledTimes(4);
    });
  });
});

const stateWith = (counts: Partial<CampaignSnapshot["counts"]>): CampaignSnapshot => ({
  status: "running",
  statusReason: null,
  waitsUntil: null,
  waiting: [],
  counts: { ...NO_COUNTS, ...counts },
  accounting: {
    audience: 0,
    pending: 0,
    queued: 0,
    sending: 0,
    sent: 0,
    failed: 0,
    unknown: 0,
    skipped: 0,
    balanced: true,
  },
  launchedAt: 1,
  completedAt: null,
});
