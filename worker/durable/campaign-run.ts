import type { AlertKind } from "../core/model.ts";
import { accountingOf, countsOf, type TallyRow } from "../core/tally.ts";
import { waveSize } from "../core/waves.ts";
import type { Deps } from "../deps.ts";
import type { RenderRequest } from "./campaign-rendering.ts";
import type { CampaignState } from "./campaign-state.ts";
import type { CampaignStorage, OutboxItem, RecipientRecord } from "./campaign-storage.ts";
import type { CampaignSnapshot } from "./rpc.ts";

/**
 * One running campaign: its tables, its state and what it may use. Every change of rows goes through `change`, so that
 * rows, counters and state are one commit and can't disagree.
 */
export class CampaignRun {
  constructor(
    readonly storage: CampaignStorage,
    readonly state: CampaignState,
    readonly deps: Deps,
    readonly rendering: RenderRequest,
    /** Called after each commit: live pages and the alarm follow. */
    readonly changed: () => void,
  ) {}

  /** Wave of a recipient, null before everybody has a row. */
  waveOf(position: number | null): number | null {
    if (position === null || !this.state.prepared) return null;
    return Math.floor((position - 1) / Math.max(1, waveSize(this.state.eligible, this.state.spec.pacing)));
  }

  /** Last position of the waves that are open. */
  openUpTo(): number {
    const { eligible, spec, wavesOpened } = this.state;
    return Math.min(eligible, wavesOpened * waveSize(eligible, spec.pacing));
  }

  tallyRow(row: RecipientRecord): TallyRow {
    return { ...row, wave: this.waveOf(row.position) };
  }

  /** Changes rows by a function; those it answers unchanged (same object) are left alone. Returns the changed ones. */
  change(rows: RecipientRecord[], next: (row: RecipientRecord) => RecipientRecord): RecipientRecord[] {
    const changed: RecipientRecord[] = [];
    for (const row of rows) {
      const after = next(row);
      if (after === row) continue;
      changed.push(after);
      this.storage.tally.move(this.tallyRow(row), this.tallyRow(after));
    }
    if (changed.length > 0) {
      this.storage.update(changed);
      this.storage.saveCounters();
      this.#touch();
    }
    return changed;
  }

  /** Changes what the campaign itself stands at. */
  set(patch: Partial<CampaignState>): void {
    Object.assign(this.state, patch);
    this.#touch();
  }

  pause(reason: string, now: number): void {
    if (this.state.status === "paused") return;
    this.set({ status: "paused", statusReason: reason, pausedAt: now });
    this.recall();
  }

  /** Takes back what is on the queue: a claim for it is refused from now on. */
  recall(): void {
    for (;;) {
      const rows = this.storage.queued(5_000);
      if (rows.length === 0) return;
      this.change(rows, (row) => ({ ...row, status: "pending", lineId: null, leaseUntil: null }));
    }
  }

  alert(alert: AlertKind, severity: "warning" | "critical", message: string, subject = this.state.campaignId): void {
    this.post([{ kind: "alert", alert, severity, message, subject }]);
  }

  post(items: OutboxItem[]): void {
    this.storage.addToOutbox(items);
  }

  snapshot(): CampaignSnapshot {
    const { status, statusReason, launchedAt, completedAt, audience } = this.state;
    const { tally } = this.storage;
    return {
      status,
      statusReason,
      launchedAt,
      completedAt,
      counts: countsOf(tally, audience),
      accounting: accountingOf(tally, audience),
    };
  }

  #touch(): void {
    this.state.mirrorDirty = true;
    this.storage.saveState(this.state);
    this.changed();
  }
}
