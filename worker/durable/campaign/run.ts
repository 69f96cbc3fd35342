import { exclusionNow } from "#core/audience/eligibility.ts";
import { type CampaignEvent, nextStatus } from "#core/campaigns/status.ts";
import { waveSize } from "#core/campaigns/waves.ts";
import { GIVEN_UP } from "#core/meta/error-rules.ts";
import type { Alert } from "#core/operations/alert.ts";
import { breaks, type Outcomes, recentFailures } from "#core/sending/circuit-breaker.ts";
import { toldAlike } from "#core/sending/contact-send.ts";
import type { CampaignCounts } from "#core/sending/counts.ts";
import { type RecipientStatus, UNCONFIRMED_MS } from "#core/sending/recipient.ts";
import { countsOf, type TallyRow } from "#core/sending/tally.ts";
import { MARKETING } from "#core/templates/sync.ts";
import type { Deps } from "#deps.ts";
import { SendPipeline } from "./pipeline.ts";
import type { RenderRequest } from "./rendering.ts";
import { CATEGORY_CHANGED, type CampaignState } from "./state.ts";
import type { CampaignStorage } from "./storage.ts";
import type { OutboxItem, RecipientRecord } from "./tables.ts";
import { CampaignWaits } from "./waits.ts";

/** Ended with an answer of Meta's. */
const ENDED: ReadonlySet<RecipientStatus> = new Set(["sent", "delivered", "read", "failed"]);

/**
 * One running campaign: its tables, its state and what it may use. Every change of rows goes through `change`, so that
 * rows, counters and state are one commit and can't disagree.
 */
export class CampaignRun {
  /** When the catalogue was last asked for news, whether it answered or not. */
  catalogueTriedAt = 0;
  readonly pipeline = new SendPipeline();
  /** Ids of those who are being served, as far as is known, when the campaign leaves such people out. */
  served = new Set<string>();
  /** When all of them were last asked for; between, only whoever came is. */
  servedReadAt = 0;
  readonly waits: CampaignWaits;
  /** One after the other; a tick does not wait for it for ever. */
  reserving: Promise<void> | null = null;

  constructor(
    readonly storage: CampaignStorage,
    readonly state: CampaignState,
    readonly deps: Deps,
    readonly rendering: RenderRequest,
    /** Called after each commit: live pages and the alarm follow. */
    private readonly onChange: (change: { waitsForTick: boolean }) => void,
  ) {
    this.waits = new CampaignWaits(storage.sql);
  }

  /** Something has changed. What only D1's projection has to follow waits for its turn, anything else for the next tick. */
  changed({ waitsForTick = true } = {}): void {
    this.onChange({ waitsForTick: waitsForTick || this.pipeline.hasNews() });
  }

  /** Wave of a recipient, null before everybody has a row. */
  waveOf(position: number | null): number | null {
    if (position === null || !this.state.prepared) return null;
    return Math.floor((position - 1) / Math.max(1, waveSize(this.state.eligible, this.state.spec.pacing)));
  }

  /** Last position of the waves that are open. */
  openedPositions(): number {
    const { eligible, spec, wavesOpenedAt } = this.state;
    return Math.min(eligible, wavesOpenedAt.length * waveSize(eligible, spec.pacing));
  }

  /** Last position that may be sent to: of the waves that are open, as far as the tenant's caps have been asked. */
  openPositions(): number {
    return Math.min(this.openedPositions(), this.state.reservedTo ?? Number.POSITIVE_INFINITY);
  }

  /**
   * The row of somebody who waits, as it has to be by what is known now: who may not be written to any more gets nothing,
   * also when that changed while a call was under way. Service counts only up to the last position of an open wave.
   *
   * @param capped the tenant's caps, which have just been asked, leave no message for this person
   */
  checked(row: RecipientRecord, openPositions = this.openPositions(), capped = false): RecipientRecord {
    if (row.status !== "pending") return row;
    const skipReason = exclusionNow({
      lateExclusion: this.storage.exclusionOf(row.contactId),
      inService: this.served.has(row.contactId) && (row.position ?? Number.POSITIVE_INFINITY) <= openPositions,
      capped,
    });
    return skipReason === null ? row : { ...row, status: "skipped", skipReason };
  }

  tallyRow(row: RecipientRecord): TallyRow {
    return { ...row, wave: this.waveOf(row.position) };
  }

  /**
   * Changes rows by a function; those it answers unchanged (same object) are left alone. Returns the changed ones. A
   * campaign that had come to its end goes on when somebody waits again.
   */
  change(rows: RecipientRecord[], next: (row: RecipientRecord) => RecipientRecord): RecipientRecord[] {
    const now = this.deps.now();
    const changes: { before: RecipientRecord; after: RecipientRecord }[] = [];
    const outcomes: Outcomes = { sent: 0, failed: 0 };
    const named: { messageId: string; contactId: string }[] = [];
    for (const before of rows) {
      const wanted = next(before);
      if (wanted === before) continue;
      const after = withUnconfirmedUntil(before, this.checked(wanted), now);
      changes.push({ before, after });
      if (before.messageId === null && after.messageId !== null)
        named.push({ messageId: after.messageId, contactId: after.contactId });
      // What a person gave up says nothing of how sends fare.
      if (after.errorCode === GIVEN_UP) continue;
      if (!ENDED.has(before.status) && ENDED.has(after.status)) outcomes.sent += 1;
      if (before.status !== "failed" && after.status === "failed") outcomes.failed += 1;
    }
    if (changes.length > 0) {
      // The counters only once the rows are written: they must not move for a statement that fails.
      this.storage.update(changes);
      this.#noteLeftOut(changes, now);
      this.storage.markMessages(named);
      this.#noteUntold(changes, now);
      for (const { before, after } of changes) {
        this.storage.tally.move(this.tallyRow(before), this.tallyRow(after));
        this.#followOnQueue(after);
      }
    }
    const broken = this.#addOutcomes(outcomes, now);
    if (changes.length > 0) {
      this.storage.saveCounters();
      const { tally } = this.storage;
      const anyWaits = changes.some(({ after }) => after.status === "pending");
      const allEnded = tally.status("pending") + tally.status("sending") === 0;
      // Rows are not in the state: it is written only when D1 did not have to be told of anything before.
      this.#touch({ isWritten: this.state.needsFlush, waitsForTick: anyWaits || allEnded });
      // Unconfirmed when the campaign ended, and it turned out that nothing had left, or a person asked for another try.
      if (anyWaits) this.transition("reopen", { completedAt: null });
    }
    if (broken) this.#break(broken, now);
    return changes.map(({ after }) => after);
  }

  /** What D1 has to be told of. A first word soon; what comes after it can wait for more. */
  #noteUntold(changes: { before: RecipientRecord; after: RecipientRecord }[], now: number): void {
    const told = Map.groupBy(changes, ({ before, after }) => {
      if (toldAlike(before, after)) return null;
      // D1 knows nothing of somebody who was neither claimed nor reserved.
      const isReserved = (after.position ?? Number.POSITIVE_INFINITY) <= (this.state.askedToReserve ?? 0);
      if (after.status === "skipped" && after.attempt === 0 && !isReserved) return null;
      return before.sentAt === null && before.failedAt === null ? "soon" : "later";
    });
    for (const urgency of ["soon", "later"] as const)
      this.storage.untold.add(
        urgency,
        (told.get(urgency) ?? []).map(({ after }) => after.contactId),
        now,
      );
  }

  /** When somebody was left out who had a place; of a cancelled campaign it says that itself. */
  #noteLeftOut(changes: { before: RecipientRecord; after: RecipientRecord }[], at: number): void {
    this.storage.addEvents(
      changes.flatMap(({ before, after }) => {
        const { contactId, status, skipReason } = after;
        if (before.status === "skipped" || status !== "skipped" || skipReason === null || skipReason === "cancelled")
          return [];
        return [{ contactId, at, happened: { event: "skipped", reason: skipReason } }];
      }),
    );
  }

  /** Counts sends that ended otherwise than by a change of their rows. */
  countOutcomes(outcomes: Outcomes): void {
    const now = this.deps.now();
    const broken = this.#addOutcomes(outcomes, now);
    if (broken) this.#break(broken, now);
  }

  /** @returns the outcomes of late when so many have failed that a person must look */
  #addOutcomes(outcomes: Outcomes, now: number): Outcomes | null {
    if (outcomes.sent === 0 && outcomes.failed === 0) return null;
    this.storage.outcomes.add(outcomes, now);
    if (outcomes.failed === 0 || this.state.status !== "running") return null;
    const recent = this.storage.outcomes.sum(now);
    return breaks(recent, this.state.policy) ? recent : null;
  }

  #break(recent: Outcomes, now: number): void {
    this.pause("failure_rate", now);
    const limit = this.state.policy.failureRateThreshold;
    const params = { cause: "recent" as const, ...recentFailures(recent), limit };
    this.alert({ kind: "failure_rate", params }, "critical");
  }

  /** Whoever waits on the queue does so as the row stands now, or no more. */
  #followOnQueue(after: RecipientRecord): void {
    const { pipeline } = this;
    if (after.status === "pending") pipeline.waits(after);
    else if (after.status === "sending") pipeline.queued.delete(after.contactId);
    else pipeline.forget(after.contactId);
  }

  /** Changes what the campaign itself stands at. @param waitsForTick false when a tick does it, which plans the next */
  set(patch: Partial<CampaignState>, { waitsForTick = true } = {}): void {
    Object.assign(this.state, patch);
    this.#touch({ waitsForTick });
  }

  /** Something happens to the campaign. @returns false when it does not concern one that stands where this one does */
  transition(event: CampaignEvent, patch: Partial<Omit<CampaignState, "status">>): boolean {
    const status = nextStatus(this.state.status, event);
    if (status === null) return false;
    this.set({ ...patch, status });
    return true;
  }

  pause(reason: string, now: number): void {
    if (this.transition("pause", { statusReason: reason, pausedAt: now })) this.unqueueAll();
  }

  /** Goes on where it stopped. Waves keep their distance: the pause moves those to come. */
  resume(now: number): void {
    const { prepared, firstWaveAt, waveAnchorAt, pausedAt, statusReason, wavesOpenedAt } = this.state;
    const base = firstWaveAt === null || waveAnchorAt !== null ? firstWaveAt : Math.max(firstWaveAt, now);
    // Whoever resumes has seen why it stopped: the same failures, or the same gate, must not stop it again at once.
    if (statusReason === "failure_rate") this.storage.outcomes.forget();
    const gatePassed = statusReason?.startsWith("wave_gate") ? wavesOpenedAt.length : this.state.gatePassed;
    if (statusReason === CATEGORY_CHANGED) this.state.agreedCategory = MARKETING;
    const isScheduled = base !== null && base > now;
    this.transition(prepared ? (isScheduled ? "resume_scheduled" : "resume_running") : "resume_preparing", {
      statusReason: null,
      firstWaveAt: base,
      waveAnchorAt: waveAnchorAt === null ? null : waveAnchorAt + (now - Math.max(pausedAt ?? now, waveAnchorAt)),
      gatePassed,
      pausedAt: null,
    });
  }

  /** Takes everybody off the queue: claims are refused from now on. */
  unqueueAll(): void {
    if (this.pipeline.unqueueAll()) this.changed();
  }

  alert(alert: Alert, severity: "warning" | "critical", subject = this.state.campaignId): void {
    this.post([{ kind: "raise", alert: { ...alert, severity, subject } }]);
  }

  post(items: OutboxItem[]): void {
    this.storage.addToOutbox(items);
  }

  /** People by how far their message has come. */
  counts(): CampaignCounts {
    return countsOf(this.storage.tally, this.state.audience, this.pipeline.queued.size);
  }

  #touch({ isWritten = false, waitsForTick = true } = {}): void {
    this.state.needsFlush = true;
    if (!isWritten) this.storage.saveState(this.state);
    this.changed({ waitsForTick });
  }
}

/** A row that becomes unconfirmed says until when its status may still come; one that no longer is does not. */
function withUnconfirmedUntil(before: RecipientRecord, after: RecipientRecord, now: number): RecipientRecord {
  if ((before.status === "unknown") === (after.status === "unknown")) return after;
  return { ...after, unconfirmedUntil: after.status === "unknown" ? now + UNCONFIRMED_MS : null };
}
