import type { CampaignStatus } from "#core/campaigns/status.ts";
import type { Metric } from "#core/sending/tally.ts";
import { logFailure } from "#log.ts";
import { recordOptOut } from "#services/audience/consent.ts";
import { raiseAlert, raiseWordedAlert } from "#services/operations/raise-alert.ts";
import type { CampaignRun } from "./run.ts";
import { snapshotOf } from "./snapshot.ts";
import type { OutboxItem } from "./tables.ts";

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
 * Delivers opt-outs, strikes and alerts; each leaves the outbox only once it has been taken, and taking it twice changes
 * nothing. One that is not taken holds back no other: least of all may an alert keep D1 from hearing of an opt-out.
 *
 * @returns false when something was not taken and stays for later
 */
export async function deliverOutbox(run: CampaignRun): Promise<boolean> {
  const { storage, state, deps } = run;
  const { tenantId, campaignId } = state;
  const { contacts } = deps.store(tenantId);
  const entries = storage.outbox(OUTBOX_ITEMS);
  const now = deps.now();

  const take = async (kind: string, ids: number[], deliver: () => Promise<unknown>): Promise<boolean> => {
    try {
      await deliver();
      storage.removeFromOutbox(ids);
      return true;
    } catch (error) {
      logFailure("outbox_not_delivered", error, { campaignId, kind });
      return false;
    }
  };
  const people = (some: { id: number; item: { contactId: string } }[]) => ({
    ids: some.map(({ id }) => id),
    contactIds: some.map(({ item }) => item.contactId),
  });
  const ofKind = <K extends OutboxItem["kind"]>(kind: K) =>
    entries.flatMap(({ id, item }) =>
      item.kind === kind ? [{ id, item: item as Extract<OutboxItem, { kind: K }> }] : [],
    );

  const optOuts = [...Map.groupBy(ofKind("opt_out"), ({ item }) => item.reason)].map(([reason, some]) => {
    const { ids, contactIds } = people(some);
    return take("opt_out", ids, () =>
      recordOptOut(deps, tenantId, { contactIds }, { reason, source: "meta", channel: "meta" }),
    );
  });
  const { ids, contactIds } = people(ofKind("strike"));
  const strikes = ids.length === 0 ? [] : [take("strike", ids, () => contacts.addStrikes(contactIds, campaignId, now))];
  const alerts = async () => {
    let all = true;
    // One after the other: a later alert of the same kind and subject must not be overtaken by an earlier one.
    for (const { id, item } of entries) {
      if (item.kind === "raise")
        all = (await take(item.kind, [id], () => raiseAlert(deps, tenantId, item.alert))) && all;
      if (item.kind !== "alert") continue;
      const { alert, severity, subject, message, facts = null } = item;
      const worded = { kind: alert, severity, subject, message, facts };
      all = (await take(item.kind, [id], () => raiseWordedAlert(deps, tenantId, worded))) && all;
    }
    return all;
  };
  return (await Promise.all([...optOuts, ...strikes, alerts()])).every(Boolean);
}
