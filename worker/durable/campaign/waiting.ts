import { waveCount } from "#core/campaigns/waves.ts";
import { GIVEN_UP } from "#core/meta/error-rules.ts";
import {
  type Look,
  newAlerts,
  remember,
  shown,
  type Wait,
  type WaitingSnapshot,
  waitingOf,
} from "#core/sending/waiting.ts";
import { logFailure } from "#log.ts";
import type { CampaignRun } from "./run.ts";
import { NEVER } from "./state.ts";
import { nextWaveDue } from "./waves.ts";

/** Rows a step takes. */
const STEP_ROWS = 1_000;

/** Longer than a lease: what is late again comes back within this. */
const REQUEUES_OVER_MS = 90_000;
/** Fewer late sends than this share of all are the queue's everyday. */
const LATE_SHARE = 0.1;

/** What people of the campaign wait for at this moment. */
export function waitsOf(run: CampaignRun): Wait[] {
  const now = run.deps.now();
  return shown(remember(run.waits.known, waitingOf(waitingSnapshotOf(run)), now), now);
}

/** Notes what a tick has seen; what is new is told once, to live pages, to the catalogue and in an alert. */
export function noteWaits(run: CampaignRun, look: Look | null): void {
  const { waits, deps } = run;
  const now = deps.now();
  const before = JSON.stringify(shown(waits.known, now));
  waits.look = look;
  const { alerts, known } = newAlerts(remember(waits.known, waitingOf(waitingSnapshotOf(run)), now), now);
  waits.known = known;
  waits.save();
  for (const { severity, ...alert } of alerts) run.alert(alert, severity);
  if (alerts.length > 0 || JSON.stringify(shown(known, now)) !== before) run.set({}, { waitsForTick: false });
}

/** What a tick saw, with what the tables say besides. */
export function lookOf(run: CampaignRun, seen: Omit<Look, "pinned" | "nextWave">): Look {
  const { prepared, eligible, spec, wavesOpenedAt } = run.state;
  const index = wavesOpenedAt.length;
  const isLast = !prepared || index >= waveCount(eligible, spec.pacing);
  const nextWave = isLast ? null : { at: nextWaveDue(run), count: run.storage.tally.get(`wave/${index}/pending`) };
  return { ...seen, pinned: pinnedByLine(run), nextWave };
}

/** So many sends came back from the queue unsent. */
export function noteRequeued(run: CampaignRun, count: number): void {
  if (count === 0) return;
  const { waits, deps } = run;
  const now = deps.now();
  const before = waits.requeues;
  waits.requeues =
    before && before.at > now - REQUEUES_OVER_MS
      ? { ...before, at: now, count, all: before.all + count }
      : { since: now, at: now, count, all: count, endedBefore: endedOf(run) };
  waits.save();
}

function queueDelayed(run: CampaignRun, now: number): WaitingSnapshot["queueDelayed"] {
  const { requeues } = run.waits;
  if (!requeues || requeues.at <= now - REQUEUES_OVER_MS) return null;
  const { all, count, since, endedBefore } = requeues;
  return all > LATE_SHARE * (all + endedOf(run) - endedBefore) ? { count, since } : null;
}

/** Sends that have come to an end, whatever end. */
function endedOf({ storage: { tally } }: CampaignRun): number {
  return (["sent", "delivered", "read", "failed", "unknown"] as const).reduce((sum, s) => sum + tally.status(s), 0);
}

/** A campaign whose steps fail says so after some in a row: nothing it was to do gets done. */
export function noteTick(run: CampaignRun, failed: boolean): void {
  const { waits } = run;
  const before = waits.failedTicks;
  waits.failedTicks = failed ? before + 1 : 0;
  if (waits.failedTicks === before) return;
  try {
    noteWaits(run, waits.look);
  } catch (error) {
    logFailure("waits_not_noted", error, { campaignId: run.state.campaignId });
  }
}

/**
 * Ends the wait of people who are tied to a line that can't send: they go to other lines, or fail. Lines that can send
 * by now are left alone, so that it may be repeated at any time.
 *
 * @param lineId null for all such lines
 * @returns how many people
 */
export function endPinnedWaits(run: CampaignRun, lineId: string | null, how: "move" | "fail"): number {
  const { storage, deps, waits } = run;
  const now = deps.now();
  const lineIds = waitsOf(run)
    .filter(({ kind }) => kind === "pinned_line_blocked")
    .flatMap(({ lines }) => lines.map((line) => line.lineId))
    .filter((id) => lineId === null || id === lineId);
  let people = 0;
  for (const id of lineIds) {
    for (;;) {
      const rows = storage.byIds(pinnedTo(run, id));
      if (rows.length === 0) break;
      run.change(rows, (row) =>
        how === "move"
          ? { ...row, pinnedLine: null, notBefore: now }
          : {
              ...row,
              status: "failed",
              failedAt: now,
              errorCode: GIVEN_UP,
              errorDetail: "",
              lineId: row.pinnedLine,
              pinnedLine: null,
            },
      );
      if (how === "move")
        storage.addEvents(
          rows.map(({ contactId }) => ({ contactId, at: now, happened: { event: "moved", reason: "by_user" } })),
        );
      people += rows.length;
    }
  }
  const { look } = waits;
  if (look) noteWaits(run, { ...look, pinned: pinnedByLine(run), ready: look.ready || how === "move" });
  return people;
}

function waitingSnapshotOf(run: CampaignRun): WaitingSnapshot {
  const { state, storage, waits, pipeline } = run;
  const now = run.deps.now();
  const { tally } = storage;
  const { status, statusReason, pausedAt, reopensAt, wavesOpenedAt } = state;
  const queued = pipeline.queued.size;
  const underWay = queued + tally.status("sending");
  // Whoever is on the queue is pending as far as the row goes.
  const pending = wavesOpenedAt.reduce((sum, _, index) => sum + tally.get(`wave/${index}/pending`), 0) - queued;
  return {
    now,
    status,
    statusReason,
    pausedAt,
    closed: reopensAt === null ? null : { until: reopensAt === NEVER ? null : reopensAt },
    pending,
    left: tally.status("pending") + tally.status("sending"),
    underWay,
    look: waits.look,
    queueDelayed: queueDelayed(run, now),
    failedTicks: waits.failedTicks,
  };
}

/** How many people are tied to a line, by line. */
export function pinnedByLine({ storage }: CampaignRun): Look["pinned"] {
  return storage.sql
    .exec<{ lineId: string; count: number }>(
      `select pinned_line as lineId, count(*) as count from recipients indexed by recipients_pinned
         where status = 'pending' and pinned_line is not null group by pinned_line`,
    )
    .toArray();
}

function pinnedTo({ storage }: CampaignRun, lineId: string): string[] {
  return storage.sql
    .exec<{ id: string }>(
      `select contact_id as id from recipients indexed by recipients_pinned
         where status = 'pending' and pinned_line is not null and pinned_line = ? limit ?`,
      lineId,
      STEP_ROWS,
    )
    .toArray()
    .map(({ id }) => id);
}
