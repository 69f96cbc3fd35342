import { nextOpening } from "#core/campaigns/sending-window.ts";
import { firstWaves, nextWaveAt, type Wave, waveCount, waveInstants, waveRange } from "#core/campaigns/waves.ts";
import { GIVEN_UP } from "#core/meta/error-rules.ts";
import { gateFailure } from "#core/sending/circuit-breaker.ts";
import { MINUTE_MS } from "#core/shared/time.ts";
import type { CampaignRun } from "./run.ts";
import { agreedCategory, CATEGORY_CHANGED, categoryNow, NEVER } from "./state.ts";

/** A wave that opens later than this (after a downtime) moves those to come: waves are never squeezed. */
const LATE_MS = 60_000;

const intervalMs = ({ state }: CampaignRun) => (state.spec.pacing?.intervalMinutes ?? 0) * MINUTE_MS;

/** When the next wave falls due; null when all are open or the sending window never opens again. */
export function nextWaveDue(run: CampaignRun): number | null {
  const { eligible, spec, policy, firstWaveAt, waveAnchorAt, wavesOpenedAt } = run.state;
  if (firstWaveAt === null || wavesOpenedAt.length >= waveCount(eligible, spec.pacing)) return null;
  return waveAnchorAt === null
    ? nextOpening(policy.sendingWindow, firstWaveAt)
    : nextWaveAt(waveAnchorAt, intervalMs(run), policy.sendingWindow);
}

/** Every wave: those that were opened when they were, the others when they will fall due. */
export function wavesOf(run: CampaignRun): Wave[] {
  const { eligible, spec, policy, firstWaveAt, launchedAt, wavesOpenedAt } = run.state;
  const planned = firstWaves(eligible, firstWaveAt ?? launchedAt, spec.pacing, Number.POSITIVE_INFINITY);
  const due = nextWaveDue(run);
  const coming =
    due === null
      ? []
      : [...waveInstants(planned.length - wavesOpenedAt.length, due, spec.pacing, policy.sendingWindow)];
  const instants = [...wavesOpenedAt, ...coming];
  return planned.map((wave) => ({ ...wave, at: instants[wave.index] ?? wave.at }));
}

/** When the last wave falls due, or did; 0 before everybody has a row. */
export const lastWaveDue = (run: CampaignRun): number => (run.state.prepared ? (wavesOf(run).at(-1)?.at ?? 0) : 0);

/** From scheduled to running, unless the start was missed by so much that a person should look first. */
export function begin(run: CampaignRun): void {
  const { state, deps } = run;
  const now = deps.now();
  if (state.firstWaveAt === null || state.firstWaveAt > now) return;
  const { startAt } = state.spec;
  const missedByMs = startAt === null ? 0 : now - Math.max(state.firstWaveAt, state.launchedAt);
  if (missedByMs > state.policy.missedStartMinutes * MINUTE_MS) {
    run.pause("start_missed", now);
    run.alert({ kind: "start_missed", params: { minutes: Math.floor(missedByMs / MINUTE_MS) } }, "critical");
    return;
  }
  run.transition("due", { statusReason: null });
}

/**
 * Opens the waves that are due. Their people are checked once more first, by what `check` has just looked up: service
 * begins and consent ends at any time.
 */
export async function openDueWaves(run: CampaignRun, check: () => Promise<void>): Promise<void> {
  const { state, deps, storage } = run;
  for (;;) {
    const due = nextWaveDue(run);
    if (due === null || due > deps.now()) return;
    const next = state.wavesOpenedAt.length;
    await check();
    if (pauseForPrice(run)) return;
    if (next > 0 && (await pauseForGate(run))) return;
    if (state.status !== "running" || state.wavesOpenedAt.length !== next) return;
    const { to } = waveRange(next, state.eligible, state.spec.pacing);
    run.change(storage.byIds([...run.served]), (row) => run.checked(row, to));
    const now = deps.now();
    // The moments an alarm is late by are not the wave's: the plan is what people were told.
    const openedAt = now - due > LATE_MS ? now : due;
    run.set({ wavesOpenedAt: [...state.wavesOpenedAt, openedAt], waveAnchorAt: openedAt });
  }
}

/** Pauses when the template became MARKETING since a person last agreed to its price. @returns whether it did */
function pauseForPrice(run: CampaignRun): boolean {
  const { policy, status, wavesOpenedAt } = run.state;
  if (policy.categoryChange === "continue" || status !== "running") return false;
  if (categoryNow(run.state) === agreedCategory(run.state)) return false;
  run.pause(CATEGORY_CHANGED, run.deps.now());
  run.alert({ kind: "template_price", params: { cause: "wave_held", wave: wavesOpenedAt.length + 1 } }, "warning");
  return true;
}

/** Pauses when the gate before each wave but the first fails; what can't be asked lets it pass. @returns whether it did */
async function pauseForGate(run: CampaignRun): Promise<boolean> {
  const { state, storage, deps } = run;
  const { waveGate } = state.policy;
  if (waveGate === null || state.status !== "running" || state.gatePassed === state.wavesOpenedAt.length) return false;
  const counts = run.counts();
  const redLines = waveGate.stopOnRedLine ? await countRedLines(run) : 0;
  // What a person gave up says nothing of how sends fare.
  const failed = counts.failed - storage.tally.get(`error/${GIVEN_UP}`);
  const sent = counts.sent + failed;
  const optedOut = storage.optOuts();
  const reason = gateFailure(waveGate, { sent, failed, optedOut, redLines });
  if (reason === null || state.status !== "running") return false;
  run.pause(reason, deps.now());
  const wave = state.wavesOpenedAt.length + 1;
  const limit = waveGate.maxFailureRate;
  run.alert(
    {
      kind: reason === "wave_gate_quality" ? "quality_drop" : "failure_rate",
      params: { cause: "wave_gate", reason, wave, sent, failed, optedOut, redLines, limit },
    },
    "warning",
  );
  return true;
}

/** Lines that this campaign has sent from and that Meta rates red by now. */
async function countRedLines(run: CampaignRun): Promise<number> {
  const { state, storage, deps } = run;
  const used = new Set(
    state.lines.filter(({ lineId }) => storage.tally.get(`line/${lineId}`) > 0).map((l) => l.lineId),
  );
  const portfolios = new Set(state.lines.filter((line) => used.has(line.lineId)).map((line) => line.portfolioId));
  const overviews = await Promise.all([...portfolios].map((id) => deps.portfolio(id).overview()));
  return overviews.flatMap(({ lines }) => lines.filter((line) => used.has(line.lineId) && line.quality === "RED"))
    .length;
}

/**
 * What the sending window says now. Outside it nothing stays on the queue; when it opens again with people of an opened
 * wave still waiting, the next wave's interval begins anew, so that it does not come on top of them.
 *
 * @returns when it opens again, null while it is open
 */
export function closedUntil(run: CampaignRun): number | null {
  const { state, deps, storage } = run;
  const now = deps.now();
  const opening = nextOpening(state.policy.sendingWindow, now);
  if (opening !== now) {
    const reopensAt = opening ?? NEVER;
    if (state.reopensAt === null) run.unqueueAll();
    // Also when it was paused and resumed meanwhile, which took the reason away.
    if (state.reopensAt !== reopensAt || state.statusReason !== "outside_window")
      run.set({ reopensAt, statusReason: "outside_window" });
    return reopensAt;
  }
  if (state.reopensAt !== null) {
    const left = storage.anyReady(run.openedPositions(), now);
    run.set({
      reopensAt: null,
      statusReason: null,
      ...(left && state.waveAnchorAt !== null ? { waveAnchorAt: now } : {}),
    });
  }
  return null;
}
