import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { SendAnswer } from "../../worker/core/graph.ts";
import { CALLS_AT_A_TIME, limitConcurrency } from "../../worker/core/limit-concurrency.ts";
import { ok } from "../../worker/core/model.ts";
import { type Deps, makeDeps } from "../../worker/deps.ts";
import type { CampaignRpc, ClaimRequest, PortfolioRpc, ReserveRequest } from "../../worker/durable/rpc.ts";
import { deliver, type Sending } from "../../worker/queue/deliver.ts";
import { Durations } from "../../worker/queue/durations.ts";
import type { SendMessage, Settlement } from "../../worker/queue/messages.ts";

const MESSAGES = 100;
const SPACING_MS = 5;
const HANGS = "con_30";

const messagesOf = (campaignId: string, count: number) =>
  Array.from(
    { length: count },
    (_, i): SendMessage => ({
      ...{ tenantId: "ten_1", campaignId, portfolioId: "pf_1", lineId: "lin_1", attempt: 1 },
      ...{ contactId: `con_${i}`, phone: `+55119600000${i}` },
    }),
  );

const accepted = (contactId: string): SendAnswer => ({
  kind: "accepted",
  messageId: `wamid.${contactId}`,
  held: false,
});

/** The Worker's own wiring, with a portfolio and campaigns that say yes to everything, unless told otherwise. */
function aWorld(
  send: (contactId: string) => Promise<SendAnswer>,
  other: { reserve?: PortfolioRpc["reserve"]; campaigns?: Record<string, Partial<CampaignRpc>> } = {},
) {
  const told: Settlement[] = [];
  const portfolio: Partial<PortfolioRpc> = {
    reserve: async ({ messages, leadMs = 0 }: ReserveRequest) => ({
      decidedAt: Date.now(),
      slots: messages.map((_, i) => ({ ok: true, at: Date.now() + leadMs + i * SPACING_MS })),
      lines: { lin_1: { phoneNumberId: "1", sealedToken: "sealed" } },
    }),
    report: async () => undefined,
    ...(other.reserve && { reserve: other.reserve }),
  };
  const campaign: Partial<CampaignRpc> = {
    claim: async ({ messages }: ClaimRequest) => ({
      claimed: messages.map((message) => ({ ...message, body: message.contactId })),
    }),
    giveBack: async () => undefined,
    settle: async (_, settlements) => void told.push(...settlements),
  };
  const deps: Deps = {
    ...makeDeps(env),
    portfolio: () => portfolio as PortfolioRpc,
    campaign: (id) => ({ ...campaign, ...other.campaigns?.[id] }) as CampaignRpc,
    sealer: { seal: async (text) => text, open: async () => ok("token") },
    messenger: { send: (_token, _phoneNumberId, body) => send(body) },
    settleLater: async () => {
      throw new Error("the queue is away too");
    },
  };
  return { told, deps };
}

function aSending() {
  const later: Promise<void>[] = [];
  const sending: Sending = {
    limit: limitConcurrency(CALLS_AT_A_TIME),
    durations: new Durations(),
    later: (work) => void later.push(work),
  };
  return { sending, later };
}

const away = async (): Promise<never> => {
  throw new Error("the object is away");
};

test("one call in a hundred that hangs holds up none of the others, and its own result is told when it comes", async () => {
  let answer: (answer: SendAnswer) => void = () => undefined;
  const hanging = new Promise<SendAnswer>((resolve) => {
    answer = resolve;
  });
  const { told, deps } = aWorld(async (contactId) => (contactId === HANGS ? hanging : accepted(contactId)));
  const messages = messagesOf("cmp_1", MESSAGES);
  const { sending, later } = aSending();
  await deliver(messages, deps, sending);
  // It comes back although that one call is still open, with everybody else settled once.
  expect(told.map(({ contactId, outcome }) => `${contactId} ${outcome}`).sort()).toEqual(
    messages.flatMap(({ contactId }) => (contactId === HANGS ? [] : [`${contactId} accepted`])).sort(),
  );
  expect(later.length).toBeGreaterThan(0);
  answer({ kind: "lost", detail: "TimeoutError" });
  await Promise.all(later);
  expect(told).toHaveLength(MESSAGES);
  expect(told.at(-1)).toMatchObject({ contactId: HANGS, outcome: "lost" });
});

test("a campaign that can't be told anything takes nothing from another's messages in the same batch", async () => {
  const calls: string[] = [];
  const { told, deps } = aWorld(
    async (contactId) => {
      calls.push(contactId);
      return accepted(contactId);
    },
    {
      campaigns: { cmp_away: { settle: away } },
      // The other's leave after all tries to tell the first's are over.
      reserve: async ({ campaignId, messages, leadMs = 0 }) => ({
        decidedAt: Date.now(),
        slots: messages.map(() => ({ ok: true, at: Date.now() + leadMs + (campaignId === "cmp_away" ? 0 : 5_000) })),
        lines: { lin_1: { phoneNumberId: "1", sealedToken: "sealed" } },
      }),
    },
  );
  const batch = [...messagesOf("cmp_away", 1), ...messagesOf("cmp_1", 3)];
  // The batch comes back, for the one whose result is known to nobody; the others have been called and told by then.
  await expect(deliver(batch, deps, aSending().sending)).rejects.toThrow("the queue is away too");
  expect(calls).toHaveLength(4);
  expect(told.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted", "accepted"]);
});

test("a campaign that can't take back whoever has to wait does not bring the batch back: their lease ends", async () => {
  const { told, deps } = aWorld(async (contactId) => accepted(contactId), {
    campaigns: { cmp_away: { giveBack: away } },
    reserve: async ({ campaignId, messages, leadMs = 0 }) => ({
      decidedAt: Date.now(),
      slots: messages.map(() =>
        campaignId === "cmp_away"
          ? { ok: false, reason: "too_far", retryAt: Date.now() + 2_000 }
          : { ok: true, at: Date.now() + leadMs },
      ),
      lines: { lin_1: { phoneNumberId: "1", sealedToken: "sealed" } },
    }),
  });
  await deliver([...messagesOf("cmp_away", 2), ...messagesOf("cmp_1", 1)], deps, aSending().sending);
  expect(told.map(({ outcome }) => outcome)).toEqual(["accepted"]);
});
