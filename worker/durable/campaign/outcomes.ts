import type { RecipientUpdate, UpdateAnswer } from "#contracts/campaign-rpc.ts";
import type { Settlement } from "#contracts/queue-messages.ts";
import { isActive } from "#core/campaigns/status.ts";
import { NO_CODE, ruleFor } from "#core/meta/error-rules.ts";
import { matchReply, type ReplyMatch } from "#core/sending/match-reply.ts";
import type { RecipientStatus } from "#core/sending/recipient.ts";
import { applyEvent, type RecipientEvent } from "#core/sending/recipient-status.ts";
import { decideRefusal, type Incident, lineIncident, mayWait } from "#core/sending/refusal.ts";
import { hourKey, hourOf, NO_LINE } from "#core/sending/tally.ts";
import type { CampaignRun } from "./run.ts";
import type { RecipientNote, RecipientRecord } from "./tables.ts";
import { lastWaveDue } from "./waves.ts";

/** Results of claimed sends. Only the claim that holds a row may settle it; telling twice changes nothing. */
export function settle(
  run: CampaignRun,
  claimId: string,
  settlements: Settlement[],
  repeats: Map<string, Repeats>,
): void {
  const { storage, deps } = run;
  const byId = new Map(settlements.map((settlement) => [settlement.contactId, settlement]));
  const rows = storage.byIds([...byId.keys()]).filter((row) => row.claimId === claimId);
  const now = deps.now();
  const notes: RecipientNote[] = [];
  // Answers that never come are a reason to stop as good as refusals.
  const lost = rows.filter((row) => row.status === "sending" && byId.get(row.contactId)?.outcome === "lost").length;
  run.change(rows, (row) => {
    const settlement = byId.get(row.contactId);
    if (!settlement) return row;
    switch (settlement.outcome) {
      case "accepted":
        repeats.delete(row.lineId ?? NO_LINE);
        if (settlement.held) {
          notes.push({
            contactId: row.contactId,
            at: now,
            happened: { event: "held", reason: "meta_pacing" },
          });
        }
        return advance(row, { type: "accepted", at: settlement.at, messageId: settlement.messageId });
      case "lost":
        notes.push({
          contactId: row.contactId,
          at: now,
          happened: { event: "in_doubt", reason: "no_answer" },
        });
        return row.status === "sending" ? advance(row, { type: "lost", at: settlement.at }) : row;
      case "released":
        if (row.status !== "sending" && row.status !== "unknown") return row;
        uncount(run, row);
        return backToWaiting(row, settlement.retryAt);
      case "refused": {
        if (row.status !== "sending" && row.status !== "unknown") return row;
        if (!settlement.mayHaveLeft) uncount(run, row);
        return refuse(run, row, settlement, now, repeats, notes);
      }
    }
  });
  storage.closeClaim(claimId, new Set(byId.keys()));
  storage.addEvents(notes);
  run.countOutcomes({ sent: lost, failed: lost });
}

/** Which code a line's last rows of this campaign ended with, and how many in a row. */
export interface Repeats {
  code: number | null;
  count: number;
}

function refuse(
  run: CampaignRun,
  row: RecipientRecord,
  { code, detail, at, mayHaveLeft = false }: Extract<Settlement, { outcome: "refused" }>,
  now: number,
  repeats: Map<string, Repeats>,
  notes: RecipientNote[],
): RecipientRecord {
  const lineId = row.lineId ?? NO_LINE;
  const before = repeats.get(lineId);
  const consecutiveSame = before?.code === code ? before.count + 1 : 1;
  const tries = row.tries + 1;
  const { waited } = row;
  const lastWaveAt = lastWaveDue(run);
  const random = run.deps.random();
  const outcome = decideRefusal({ code, mayHaveLeft, tries, waited, lastWaveAt, consecutiveSame, now, random });
  const rule = ruleFor(code);
  const disposition = outcome.pause ? "paused" : outcome.row.kind === "fail" ? "refused" : "waits";
  notes.push({
    contactId: row.contactId,
    at,
    happened: { event: "refused", code: rule.code, disposition },
  });
  if (outcome.strike) run.post([{ kind: "strike", contactId: row.contactId }]);
  if (outcome.optOut) run.post([{ kind: "opt_out", contactId: row.contactId, reason: `meta_${rule.code}` }]);
  if (outcome.pause && run.state.status === "running") {
    run.pause(outcome.pause.reason, now);
    run.alert({ kind: outcome.pause.alert, params: { cause: "code", code: rule.code, via: "answer" } }, "critical");
  }
  const incident = lineIncident(code, "answer", now);
  if (incident) reportIncident(run, lineId, incident, now);
  if (incident && incident.kind !== "slow" && incident.alert) {
    const params = { cause: "code" as const, code: rule.code, via: "answer" as const };
    run.alert({ kind: incident.alert, params }, "warning", lineId);
  }
  if (outcome.row.kind === "fail") {
    repeats.set(lineId, { code, count: consecutiveSame });
    return { ...advance(row, { type: "refused", at, code: rule.code, detail }), tries };
  }
  if (outcome.row.kind === "lost") {
    notes.push({ contactId: row.contactId, at: now, happened: { event: "in_doubt", reason: "no_answer" } });
    return { ...advance(row, { type: "lost", at }), tries };
  }
  const waiting = backToWaiting(row, outcome.row.notBefore);
  return {
    ...waiting,
    tries,
    waited: row.waited + (outcome.row.spendsWait ? 1 : 0),
    pinnedLine: outcome.row.pin ? row.lineId : null,
  };
}

/**
 * The portfolio hears of it within a tick. This campaign acts at once: a line that must stop gets no more claims, and one
 * that was too fast is slowed by the portfolio's next slots.
 */
function reportIncident(run: CampaignRun, lineId: string, incident: Incident, at: number): void {
  const { pipeline } = run;
  const line = pipeline.lines.get(lineId);
  if (!line) return;
  pipeline.noteIncident(line.portfolioId, { lineId, at, ...incident });
  if (incident.kind === "cooldown") pipeline.closeLine(lineId);
  if (incident.kind !== "suspend_account") return;
  for (const [id, { portfolioId }] of pipeline.lines) if (portfolioId === line.portfolioId) pipeline.closeLine(id);
}

/** Meta took no message: this person does not count toward the 24-hour limit. */
function uncount(run: CampaignRun, row: RecipientRecord): void {
  const line = run.pipeline.lines.get(row.lineId ?? "");
  if (line && row.phone !== null) run.pipeline.noteUnused(line.portfolioId, row.phone);
}

const backToWaiting = (row: RecipientRecord, notBefore: number): RecipientRecord => ({
  ...row,
  status: "pending",
  notBefore,
  lineId: null,
  claimId: null,
});

/** The status machine on a whole row. */
function advance(row: RecipientRecord, event: RecipientEvent): RecipientRecord {
  const next = applyEvent(row, event);
  if (next === row) return row;
  // Left out while nobody knew whether an earlier try had let it out: it had.
  return { ...row, ...next, skipReason: next.status === "skipped" ? row.skipReason : null };
}

/** Statuses and replies from webhooks, in any order, any number of times. */
export function applyUpdates(run: CampaignRun, updates: RecipientUpdate[]): UpdateAnswer {
  const { storage } = run;
  const known = new Map(
    storage.byIds([...new Set(updates.map((each) => each.contactId))]).map((r) => [r.contactId, r]),
  );
  const byContact = new Map<string, RecipientUpdate["update"][]>();
  const declined: number[] = [];
  const early: number[] = [];
  for (const [place, { contactId, update }] of updates.entries()) {
    const match = matchOf(known.get(contactId), update);
    if (match === "takes") byContact.set(contactId, [...(byContact.get(contactId) ?? []), update]);
    else (match === "waits" ? early : declined).push(place);
  }
  const rows = [...byContact.keys()].flatMap((contactId) => known.get(contactId) ?? []);
  run.change(rows, (row) => {
    let next = row;
    for (const update of byContact.get(row.contactId) ?? []) next = applyUpdate(run, next, update);
    return next;
  });
  storage.saveCounters();
  return { declined, early };
}

function matchOf(row: RecipientRecord | undefined, update: RecipientUpdate["update"]): ReplyMatch {
  if (!row) return "declines";
  return update.type === "replied" ? matchReply(row, update.contextId) : "takes";
}

function applyUpdate(run: CampaignRun, row: RecipientRecord, update: RecipientUpdate["update"]): RecipientRecord {
  const { storage } = run;
  if (update.type === "replied") {
    if (run.isForgotten(row.contactId)) return row;
    const { messageId, at, kind, channel } = update;
    if (!storage.addReply({ messageId, contactId: row.contactId, at, kind, channel })) return row;
    storage.tally.add(hourKey(hourOf(at), row.lineId ?? NO_LINE, channel), 1);
    return advance(row, { type: "replied", at });
  }
  // A status of another message than the one this row ended with: an earlier try that was unconfirmed.
  if (row.messageId !== null && row.messageId !== update.messageId) return row;
  if (storage.isSuperseded(update.messageId)) return row;
  const next = advance(row, update);
  noteOverruled(run, row, next, update);
  if (update.type !== "failed" || next === row) return next;
  actOnFailure(run, row, update.code);
  return anotherTry(run, row, update) ?? next;
}

const REACHED: ReadonlySet<RecipientStatus> = new Set(["delivered", "read"]);

/** A failure that a delivery overrules, whichever is told first: the state is the delivery's, the history tells of both. */
function noteOverruled(
  { storage }: CampaignRun,
  row: RecipientRecord,
  next: RecipientRecord,
  update: Exclude<RecipientUpdate["update"], { type: "replied" }>,
): void {
  if (!REACHED.has(next.status)) return;
  const { contactId } = row;
  const note = (at: number, code: number) =>
    storage.addEventOnce({ contactId, at, happened: { event: "failed_after_delivery", code } });
  if (update.type === "failed") note(update.at, update.code);
  else if (row.status === "failed" && row.failedAt !== null) note(row.failedAt, row.errorCode ?? NO_CODE);
}

/**
 * The one later try that some failures allow (131049: Meta asks for a day), if the campaign goes on that long. What is
 * told of the first message from now on is about the past. Null when there is none.
 */
function anotherTry(
  run: CampaignRun,
  row: RecipientRecord,
  { at, code, messageId }: Extract<RecipientUpdate["update"], { type: "failed" }>,
): RecipientRecord | null {
  const { onWebhook, code: known } = ruleFor(code);
  if (onWebhook.kind !== "wait_recipient" || !isActive(run.state.status)) return null;
  if (run.storage.exclusionOf(row.contactId) !== null) return null;
  if (!mayWait(onWebhook, { waited: row.waited, now: run.deps.now(), lastWaveAt: lastWaveDue(run) })) return null;
  run.storage.supersedeMessage(messageId);
  run.storage.addEvents([
    { contactId: row.contactId, at, happened: { event: "refused", code: known, disposition: "waits" } },
  ]);
  const waiting = backToWaiting(row, run.deps.now() + onWebhook.waitMs);
  return { ...waiting, waited: row.waited + 1, messageId: null, sentAt: null, deliveredAt: null, readAt: null };
}

/** What a failure of an accepted message says beyond its own row. */
function actOnFailure(run: CampaignRun, row: RecipientRecord, code: number): void {
  const { onWebhook } = ruleFor(code);
  if (onWebhook.kind === "fail_recipient" && onWebhook.strike) run.post([{ kind: "strike", contactId: row.contactId }]);
  if (onWebhook.kind === "opt_out") run.post([{ kind: "opt_out", contactId: row.contactId, reason: `meta_${code}` }]);
  if (onWebhook.kind === "pause_campaign" && run.state.status === "running") {
    run.pause(onWebhook.reason, run.deps.now());
    run.alert({ kind: onWebhook.alert, params: { cause: "code", code, via: "webhook" } }, "critical");
  }
}
