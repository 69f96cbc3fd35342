import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { SendAnswer } from "../../worker/core/graph.ts";
import { CALLS_AT_A_TIME, limitConcurrency } from "../../worker/core/limit-concurrency.ts";
import { ok } from "../../worker/core/model.ts";
import { type Deps, makeDeps } from "../../worker/deps.ts";
import type { CampaignRpc, ClaimRequest, PortfolioRpc, ReserveRequest } from "../../worker/durable/rpc.ts";
import { deliver } from "../../worker/queue/deliver.ts";
import { Durations } from "../../worker/queue/durations.ts";
import type { SendMessage, Settlement } from "../../worker/queue/messages.ts";

const MESSAGES = 100;
const SPACING_MS = 5;
const HANGS = "con_30";

const messages = Array.from(
  { length: MESSAGES },
  (_, i): SendMessage => ({
    ...{ tenantId: "ten_1", campaignId: "cmp_1", portfolioId: "pf_1", lineId: "lin_1", attempt: 1 },
    ...{ contactId: `con_${i}`, phone: `+55119600000${i}` },
  }),
);

/** The Worker's own wiring, with a portfolio and a campaign that say yes to everything. */
function aWorld(send: (contactId: string) => Promise<SendAnswer>) {
  const told: Settlement[] = [];
  const portfolio: Partial<PortfolioRpc> = {
    reserve: async ({ messages, leadMs = 0 }: ReserveRequest) => ({
      decidedAt: Date.now(),
      slots: messages.map((_, i) => ({ ok: true, at: Date.now() + leadMs + i * SPACING_MS })),
      lines: { lin_1: { phoneNumberId: "1", sealedToken: "sealed" } },
    }),
    report: async () => undefined,
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
    campaign: () => campaign as CampaignRpc,
    sealer: { seal: async (text) => text, open: async () => ok("token") },
    messenger: { send: (_token, _phoneNumberId, body) => send(body) },
  };
  return { told, deps };
}

test("one call in a hundred that hangs holds up none of the others, and its own result is told when it comes", async () => {
  let answer: (answer: SendAnswer) => void = () => undefined;
  const hanging = new Promise<SendAnswer>((resolve) => {
    answer = resolve;
  });
  const accepted = (contactId: string): SendAnswer => ({
    kind: "accepted",
    messageId: `wamid.${contactId}`,
    held: false,
  });
  const { told, deps } = aWorld(async (contactId) => (contactId === HANGS ? hanging : accepted(contactId)));
  const later: Promise<void>[] = [];
  await deliver(messages, deps, {
    limit: limitConcurrency(CALLS_AT_A_TIME),
    durations: new Durations(),
    later: (work) => void later.push(work),
  });
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
