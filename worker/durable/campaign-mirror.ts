import type { Metric } from "../core/tally.ts";
import { recordOptOut } from "../services/consent.ts";
import type { CampaignRun } from "./campaign-run.ts";

/** D1 is told at most this often while a campaign moves. */
export const MIRROR_MS = 5_000;

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
 * Tells D1 where the campaign stands: absolute figures, so that telling twice changes nothing. D1 being away for
 * minutes neither stops sends nor loses anything: what is dirty stays dirty.
 */
export async function mirror(run: CampaignRun): Promise<void> {
  const { state, deps } = run;
  if (!state.mirrorDirty) return;
  state.mirrorDirty = false;
  try {
    const { status, statusReason, completedAt, counts } = run.snapshot();
    await deps.store(state.tenantId).campaigns.mirror(
      state.campaignId,
      { status, statusReason, launchedAt: state.launchedAt, completedAt, counts, updatedAt: deps.now() },
      hoursOf(run).map((figures) => ({
        ...figures,
        segmentId: state.spec.segmentId,
        templateId: state.spec.templateId,
      })),
    );
    run.storage.saveState(state);
  } catch (error) {
    state.mirrorDirty = true;
    throw error;
  }
}

/** Tells alerts and opt-outs; each leaves the outbox only once it has been taken. */
export async function deliverOutbox(run: CampaignRun): Promise<void> {
  const { storage, state, deps } = run;
  const store = deps.store(state.tenantId);
  for (const { id, item } of storage.outbox(100)) {
    if (item.kind === "alert") {
      const { alert, severity, message, subject } = item;
      await store.alerts.open({ id: deps.newId("alr"), kind: alert, severity, subject, message, now: deps.now() });
    } else {
      await recordOptOut(
        deps,
        state.tenantId,
        { contactIds: [item.contactId] },
        { reason: item.reason, source: "meta" },
      );
    }
    storage.removeFromOutbox(id);
  }
}
