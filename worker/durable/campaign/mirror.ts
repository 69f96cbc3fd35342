import type { CampaignStatus } from "#core/campaigns/status.ts";
import type { Metric } from "#core/sending/tally.ts";
import { recordOptOut } from "#services/audience/consent.ts";
import { raiseAlert } from "#services/operations/raise-alert.ts";
import type { CampaignRun } from "./run.ts";

/**
 * How soon and how late D1 is told what has changed, ms: of a campaign that moves at a tick once the first has passed, at
 * the second in any case; of what comes after its end once a minute, for a day.
 */
const MIRROR_MS = { moving: { soonest: 5_000, latest: 15_000 }, otherwise: { soonest: 60_000, latest: 60_000 } };
export const mirrorAfter = (status: CampaignStatus): { soonest: number; latest: number } =>
  status === "running" || status === "preparing" ? MIRROR_MS.moving : MIRROR_MS.otherwise;

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
 * Tells D1 where the campaign stands: what has changed, in absolute figures, so that telling twice changes nothing. D1 being away for
 * minutes neither stops sends nor loses anything: what is dirty stays dirty.
 */
export async function mirror(run: CampaignRun): Promise<void> {
  const { state, deps } = run;
  if (!state.mirrorDirty) return;
  state.mirrorDirty = false;
  const { storage } = run;
  const changed = storage.changedHours;
  storage.changedHours = new Set();
  try {
    const { status, statusReason, completedAt, waiting, counts } = run.snapshot();
    await deps.store(state.tenantId).campaigns.mirror(
      state.campaignId,
      { status, statusReason, launchedAt: state.launchedAt, completedAt, waiting, counts, updatedAt: deps.now() },
      hoursOf(run)
        .filter(({ hour, lineId }) => changed === null || changed.has(`${hour}/${lineId}`))
        .map((figures) => ({ ...figures, segmentId: state.spec.segmentId, templateId: state.spec.templateId })),
    );
    run.storage.saveState(state);
  } catch (error) {
    state.mirrorDirty = true;
    storage.changedHours = changed === null ? null : new Set([...changed, ...storage.changedHours]);
    throw error;
  }
}

/** What is told at a time. */
const OUTBOX_ITEMS = 500;

/**
 * Tells alerts, opt-outs and strikes; each leaves the outbox only once it has been taken, and taking it twice changes
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
    if (entry.item.kind !== "alert") continue;
    const { alert, severity, message, subject, facts } = entry.item;
    await raiseAlert(deps, tenantId, { kind: alert, severity, subject, message, facts });
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
