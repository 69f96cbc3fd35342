import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { ok } from "../../worker/core/model.ts";
import { perWindow } from "../../worker/core/pacing.ts";
import { type Deps, makeDeps } from "../../worker/deps.ts";
import type { CampaignRpc, ClaimRequest, PortfolioRpc, ReserveRequest } from "../../worker/durable/rpc.ts";
import { Durations } from "../../worker/queue/durations.ts";
import type { SendMessage, Settlement } from "../../worker/queue/messages.ts";
import { consumeSends } from "../../worker/queue/send-consumer.ts";
import { newId } from "../support/builders.ts";
import { portfolioStub } from "../support/campaign-world.ts";

const RATE = 80;
const LINES = ["lin_1", "lin_2", "lin_3"];
const CALL_MS = 50;

/**
 * The portfolio's real object and a campaign that says yes, both `wayMs` away each way: objects stay where they were
 * made, consumers run anywhere.
 */
async function aWorld(wayMs: number) {
  const portfolioId = newId("pf");
  const far = portfolioStub(portfolioId);
  await far.putLimit("unlimited");
  for (const lineId of LINES) {
    const line = { lineId, tenantId: "ten_1", phoneNumberId: lineId.slice(4), sealedToken: "sealed" };
    await far.putLine({ ...line, status: "CONNECTED", quality: "GREEN", ratePerSecond: RATE });
  }
  const there = async <T>(work: () => Promise<T>): Promise<T> => {
    await scheduler.wait(wayMs);
    const answer = await work();
    await scheduler.wait(wayMs);
    return answer;
  };
  const told: Settlement[] = [];
  const calls: { line: string; at: number }[] = [];
  let reserved = 0;
  const portfolio: Partial<PortfolioRpc> = {
    reserve: (request: ReserveRequest) => {
      reserved += request.messages.length;
      return there(() => far.reserve(request));
    },
    report: () => there(async () => undefined),
  };
  const campaign: Partial<CampaignRpc> = {
    claim: ({ messages }: ClaimRequest) =>
      there(async () => ({ claimed: messages.map((message) => ({ ...message, body: message.contactId })) })),
    giveBack: async (messages) => {
      throw new Error(`${messages.length} were given back`);
    },
    settle: (_, settlements) => there(async () => void told.push(...settlements)),
  };
  const deps: Deps = {
    ...makeDeps(env),
    portfolio: () => portfolio as PortfolioRpc,
    campaign: () => campaign as CampaignRpc,
    sealer: { seal: async (text) => text, open: async () => ok("token") },
    messenger: {
      send: async (_token, line, contactId) => {
        calls.push({ line, at: Date.now() });
        await scheduler.wait(CALL_MS);
        return { kind: "accepted", messageId: `wamid.${contactId}`, held: false };
      },
    },
  };
  const messages = (count: number) =>
    Array.from(
      { length: count },
      (_, i): SendMessage => ({
        ...{ tenantId: "ten_1", campaignId: "cmp_1", portfolioId, lineId: LINES[i % LINES.length] ?? "", attempt: 1 },
        ...{ contactId: newId("con"), phone: `+55119${60_000_000 + i}` },
      }),
    );
  return { deps, told, calls, messages, reserved: () => reserved };
}

/** A consumer in a new isolate: it knows nothing of how long anything takes. */
async function consume(messages: SendMessage[], deps: Deps) {
  const acked: unknown[] = [];
  const batch = {
    queue: "sends-0",
    messages: messages.map((body) => ({
      body,
      ack: () => void acked.push(body),
      retry: () => {
        throw new Error("brought back");
      },
    })),
  };
  const later: Promise<void>[] = [];
  const waitUntil = (work: Promise<void>) => void later.push(work);
  await consumeSends(batch as unknown as MessageBatch<SendMessage>, deps, waitUntil, new Durations());
  await Promise.all(later);
  return acked.length;
}

describe.each([2, 30, 90])("with objects %i ms away", (wayMs) => {
  test("one message on an idle line leaves with its first claim", async () => {
    const world = await aWorld(wayMs);
    expect(await consume(world.messages(1), world.deps)).toBe(1);
    expect(world.told.map(({ outcome }) => outcome)).toEqual(["accepted"]);
    expect(world.calls).toHaveLength(1);
  });

  test("a hundred leave with their first claim, few late, and no line above its rate", async () => {
    const world = await aWorld(wayMs);
    const messages = world.messages(100);
    expect(await consume(messages, world.deps)).toBe(100);
    expect(world.told.map(({ outcome }) => outcome)).toEqual(messages.map(() => "accepted"));
    expect(new Set(world.told.map(({ contactId }) => contactId)).size).toBe(100);
    // Each late call is one more reservation.
    expect(world.reserved()).toBeLessThan(150);
    for (const line of LINES) {
      const times = world.calls.flatMap((call) => (`lin_${call.line}` === line ? [call.at] : [])).sort((a, b) => a - b);
      const size = perWindow(RATE);
      for (let i = size; i < times.length; i++)
        expect((times[i] ?? 0) - (times[i - size] ?? 0)).toBeGreaterThanOrEqual(980);
    }
  });
});
