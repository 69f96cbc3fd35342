import { GIVEN_UP } from "../core/meta-errors.ts";
import {
  type KnownWait,
  type Look,
  remember,
  shown,
  tell,
  type Wait,
  type WaitingFacts,
  waitingOf,
} from "../core/waiting.ts";
import { waveCount } from "../core/waves.ts";
import { logFailure } from "../log.ts";
import type { CampaignRun } from "./campaign-run.ts";
import { NEVER } from "./campaign-state.ts";
import { nextWaveDue } from "./campaign-waves.ts";

/** Rows a step takes. */
const STEP_ROWS = 1_000;

/** What a campaign remembers of what its people wait for; a row beside its state. */
export class CampaignWaits {
  known: KnownWait[];
  look: Look | null;
  /** Sends that came back from the queue unsent, and since when that goes on. */
  queueDelayed: WaitingFacts["queueDelayed"] = null;
  failedTicks = 0;
  #saved: string;

  constructor(readonly sql: SqlStorage) {
    const row = sql.exec<{ value: string }>("select value from state where key = 'waits'").toArray()[0];
    const stored: { known: KnownWait[]; look: Look | null } = row ? JSON.parse(row.value) : { known: [], look: null };
    this.known = stored.known;
    this.look = stored.look;
    this.#saved = JSON.stringify(stored.known);
  }

  /** Writes it down if it says anything new. */
  save(known: KnownWait[]): void {
    this.known = known;
    const text = JSON.stringify(known);
    if (text === this.#saved) return;
    this.sql.exec(
      "insert into state (key, value) values ('waits', ?) on conflict (key) do update set value = excluded.value",
      JSON.stringify({ known, look: this.look }),
    );
    this.#saved = text;
  }
}

/** What people of the campaign wait for at this moment. */
export function waitsOf(run: CampaignRun): Wait[] {
  const now = run.deps.now();
  return shown(remember(run.waits.known, waitingOf(factsOf(run)), now), now);
}

/** Notes what a tick has seen; what is new is told once, to live pages, to the catalogue and in an alert. */
export function noteWaits(run: CampaignRun, look: Look | null): void {
  const { waits, deps } = run;
  const now = deps.now();
  const before = JSON.stringify(shown(waits.known, now));
  waits.look = look;
  const { alerts, known } = tell(remember(waits.known, waitingOf(factsOf(run)), now), now);
  waits.save(known);
  for (const { alert, severity, message } of alerts) run.alert(alert, severity, message);
  if (alerts.length > 0 || JSON.stringify(shown(known, now)) !== before) run.set({});
}

/** What a tick saw, with what the tables say besides. */
export function lookOf(run: CampaignRun, seen: Omit<Look, "pinned" | "nextWave">): Look {
  const { prepared, eligible, spec, wavesOpenedAt } = run.state;
  const index = wavesOpenedAt.length;
  const isLast = !prepared || index >= waveCount(eligible, spec.pacing);
  const nextWave = isLast ? null : { at: nextWaveDue(run), count: run.storage.tally.get(`wave/${index}/pending`) };
  return { ...seen, pinned: pinnedByLine(run), nextWave };
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
        storage.addEvents(rows.map(({ contactId }) => ({ contactId, at: now, event: "moved", detail: "by_user" })));
      people += rows.length;
    }
  }
  const { look } = waits;
  if (look) noteWaits(run, { ...look, pinned: pinnedByLine(run), ready: look.ready || how === "move" });
  return people;
}

function factsOf({ state, storage, waits, deps }: CampaignRun): WaitingFacts {
  const { tally } = storage;
  const { status, statusReason, pausedAt, reopensAt, wavesOpenedAt } = state;
  const underWay = tally.status("queued") + tally.status("sending");
  const pending = wavesOpenedAt.reduce((sum, _, index) => sum + tally.get(`wave/${index}/pending`), 0);
  return {
    now: deps.now(),
    status,
    statusReason,
    pausedAt,
    closed: reopensAt === null ? null : { until: reopensAt === NEVER ? null : reopensAt },
    pending,
    left: tally.status("pending") + underWay,
    underWay,
    look: waits.look,
    queueDelayed: waits.queueDelayed,
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
