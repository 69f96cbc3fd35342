import type { ClaimAnswer, ClaimRequest } from "#contracts/campaign-rpc.ts";
import { isOpen } from "#core/campaigns/sending-window.ts";
import type { QueuedSend } from "./pipeline.ts";
import type { CampaignRun } from "./run.ts";

/** A claimed message whose result is not told by then is unconfirmed. Longer than the longest call plus its settling. */
export const CLAIM_LEASE_MS = 60_000;
/** A claim is answered with calls that leave within this; what has longer to wait is claimed later. A pause is heard between. */
const LONGEST_WAIT_MS = 200;
/** Whoever has longer to wait asks again this much before its time. */
const ASK_AHEAD_MS = 120;
/** Some batches: a campaign with a small share of its lines has no more on the queue. */
const FEW = 100;

/**
 * The one place that decides who sends: a row goes from pending to sending once, for one claim, and only while the
 * campaign runs and has somebody queued there. A redelivered queue message, an older try or a second consumer gets
 * nothing. Each call gets the next slot of its line.
 */
export function claim(run: CampaignRun, { claimId, messages }: ClaimRequest): ClaimAnswer {
  const manyWait = run.pipeline.queued.size > FEW;
  const answer: ClaimAnswer = { claimed: [], lines: {}, again: [], againInMs: 0, manyWait };
  const { status, policy } = run.state;
  const now = run.deps.now();
  if (status !== "running" || !isOpen(policy.sendingWindow, now)) return answer;
  const { queued, lines } = run.pipeline;
  const due = new Map<string, QueuedSend & { waitMs: number }>();
  const waits: number[] = [];
  for (const message of messages) {
    const send = queued.get(message.contactId);
    // A batch may hold an older try of the same person, or the same one twice.
    if (send?.attempt !== message.attempt || due.has(message.contactId)) continue;
    const slots = lines.get(send.lineId)?.slots;
    const at = slots?.next(now) ?? null;
    if (slots === undefined || at === null) {
      // A consumer that held on to it would be one less for those that have a slot; the tick that leases one queues it.
      run.pipeline.unqueue(message.contactId);
      run.changed({ waitsForTick: false });
      continue;
    }
    if (at > now + LONGEST_WAIT_MS) {
      answer.again.push({ contactId: message.contactId, attempt: message.attempt });
      waits.push((slots.comeBackFor(now) ?? at) - now - ASK_AHEAD_MS);
      continue;
    }
    slots.take();
    run.storage.tally.add(`line/${send.lineId}`, 1);
    due.set(message.contactId, { ...send, waitMs: at - now });
  }
  if (waits.length > 0) answer.againInMs = Math.min(...waits);
  if (due.size === 0) return answer;
  run.storage.addClaim(claimId, now + CLAIM_LEASE_MS, [...due.keys()]);
  run.change(
    [...due.values()].map(({ row }) => row),
    (row) => {
      const send = due.get(row.contactId);
      if (!send) return row;
      const { lineId, dispatchId, attempt } = send;
      const requestedAt = row.requestedAt ?? send.requestedAt;
      return { ...row, status: "sending", lineId, dispatchId, attempt, requestedAt, claimId };
    },
  );
  for (const { row, lineId, attempt, waitMs } of due.values()) {
    const line = lines.get(lineId);
    if (!line || row.phone === null) continue;
    const { phoneNumberId, sealedToken, ratePerSecond } = line;
    answer.lines[lineId] = { phoneNumberId, sealedToken, ratePerSecond };
    const body = run.rendering.body(row.contactId, row.phone, row.vars);
    answer.claimed.push({ contactId: row.contactId, attempt, lineId, waitMs, body });
  }
  return answer;
}
