import type { CampaignStatus } from "#core/campaigns/status.ts";
import type { Metric } from "#core/sending/tally.ts";
import { recordOptOut } from "#services/audience/consent.ts";
import { raiseAlert, raiseWordedAlert } from "#services/operations/raise-alert.ts";
import type { CampaignRun } from "./run.ts";
import { snapshotOf } from "./snapshot.ts";

/**
 * How soon and how late a change is flushed to D1, ms: of an active campaign at a tick once the first has passed, at the
 * second in any case; of what comes after its end once a minute, for a day.
 */
const FLUSH_MS = { active: { soonest: 5_000, latest: 15_000 }, otherwise: { soonest: 60_000, latest: 60_000 } };
export const flushAfter = (status: CampaignStatus): { soonest: number; latest: number } =>
  status === "running" || status === "preparing" ? FLUSH_MS.active : FLUSH_MS.otherwise;

/** One line's hour of one campaign, in absolute figures. */
export interface HourFigures extends Record<Metric, number> {
  hour: number;
  lineId: string;
}

export function hoursOf(run: CampaignRun): HourFigures[] {
  const byKey = new Map<string, HourFigures>();
  for (const [[hour, lineId, metric], value] of run.storage.tally.entries("hour/")) {
    const key = `${hour}/${lineId}`;
    const figures = byKey.get(key) ?? {
      hour: Number(hour),
      lineId: lineId ?? "",
      sent: 0,
      delivered: 0,
      read: 0,
      failed: 0,
      replied: 0,
      idr: 0,
      operation: 0,
    };
    figures[metric as Metric] = value;
    byKey.set(key, figures);
  }
  return [...byKey.values()].sort((a, b) => a.hour - b.hour || (a.lineId < b.lineId ? -1 : 1));
}

/**
 * Brings the campaign's projection in D1 up to date: what has changed, in absolute figures, so that a second flush changes
 * nothing. D1 being away for minutes neither stops sends nor loses anything: what was not flushed is flushed later.
 */
export async function flushProjection(run: CampaignRun): Promise<void> {
  const { state, deps } = run;
  if (!state.needsFlush) return;
  state.needsFlush = false;
  const { storage } = run;
  const changed = storage.changedHours;
  storage.changedHours = new Set();
  try {
    const { status, statusReason, completedAt, waiting, counts } = snapshotOf(run);
    await deps.store(state.tenantId).campaigns.saveProjection(
      state.campaignId,
      { status, statusReason, launchedAt: state.launchedAt, completedAt, waiting, counts, updatedAt: deps.now() },
      hoursOf(run)
        .filter(({ hour, lineId }) => changed === null || changed.has(`${hour}/${lineId}`))
        .map((figures) => ({ ...figures, segmentId: state.spec.segmentId, templateId: state.spec.templateId })),
    );
    run.storage.saveState(state);
  } catch (error) {
    state.needsFlush = true;
    storage.changedHours = changed === null ? null : new Set([...changed, ...storage.changedHours]);
    throw error;
  }
}

/** What is delivered at a time. */
const OUTBOX_ITEMS = 500;

/**
 * Delivers alerts, opt-outs and strikes; each leaves the outbox only once it has been taken, and taking it twice changes
 * nothing.
 */
export async function deliverOutbox(run: CampaignRun): Promise<void> {
  const { storage, state, deps } = run;
  const { tenantId, campaignId } = state;
  const store = deps.store(tenantId);
  const entries = storage.outbox(OUTBOX_ITEMS);
  const done = (some: typeof entries) => storage.removeFromOutbox(some.map(({ id }) => id));
  const now = deps.now();

  for (const entry of entries) {
    const { item } = entry;
    if (item.kind === "raise") await raiseAlert(deps, tenantId, item.alert);
    else if (item.kind === "alert") {
      const { alert, severity, subject, message, facts = null } = item;
      await raiseWordedAlert(deps, tenantId, { kind: alert, severity, subject, message, facts });
    } else continue;
    done([entry]);
  }
  const strikes = entries.flatMap(({ id, item }) => (item.kind === "strike" ? [{ id, item }] : []));
  if (strikes.length > 0) {
    await store.contacts.addStrikes(
      strikes.map(({ item }) => item.contactId),
      campaignId,
      now,
    );
    done(strikes);
  }
  const optOuts = entries.flatMap(({ id, item }) => (item.kind === "opt_out" ? [{ id, item }] : []));
  for (const [reason, some] of Map.groupBy(optOuts, ({ item }) => item.reason)) {
    await recordOptOut(
      deps,
      tenantId,
      { contactIds: some.map(({ item }) => item.contactId) },
      { reason, source: "meta" },
    );
    done(some);
  }
}
