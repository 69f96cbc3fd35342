import { DurableObject } from "cloudflare:workers";
import type {
  CampaignRpc,
  CampaignSnapshot,
  ClaimAnswer,
  ClaimRequest,
  RecipientQuery,
  RecipientUpdate,
  ResendAnswer,
  UpdateAnswer,
} from "#contracts/campaign-rpc.ts";
import type { Settlement } from "#contracts/queue-messages.ts";
import type { LateExclusion } from "#core/audience/exclusion.ts";
import { isActive, isOver } from "#core/campaigns/status.ts";
import { TICK_MS } from "#core/sending/plan-tick.ts";
import { NO_LINE } from "#core/sending/tally.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import { DAY_MS } from "#core/shared/time.ts";
import { type Deps, makeDeps } from "#deps.ts";
import { withTimeout } from "#durable/shared/with-timeout.ts";
import type { Env } from "#env.ts";
import { logFailure } from "#log.ts";
import { claim } from "./claims.ts";
import { changePhone, exclude, skipServed } from "./contacts.ts";
import { dispatch, reportToPortfolios, waitForLine } from "./dispatch.ts";
import { LivePages } from "./live.ts";
import { applyUpdates, type Repeats, settle } from "./outcomes.ts";
import { prepareStep } from "./prepare.ts";
import { deliverOutbox, flushAfter, flushProjection } from "./projection.ts";
import { makeRendering } from "./rendering.ts";
import { CampaignRun } from "./run.ts";
import { snapshotOf } from "./snapshot.ts";
import type { CampaignState } from "./state.ts";
import { CampaignStorage } from "./storage.ts";
import { tellSends } from "./tell-sends.ts";
import { adoptEarlierRows, endWaits, nextWaitEnd, resendUnconfirmed } from "./unconfirmed.ts";
import { figures, listRecipients, recipientWithHistory, reportPage } from "./views.ts";
import { endPinnedWaits, noteTick } from "./waiting.ts";
import { begin } from "./waves.ts";

/**
 * An alarm that throws is retried six times within minutes and then gone for good, so each tick first sets this one:
 * whatever happens, the object wakes again.
 */
const WATCHDOG_MS = 60_000;
/** An alarm that is due comes within this, unless it died. */
const ALARM_LATE_MS = 5_000;
/** The platform takes no alarm of the far future, and a sleep may be cut short: whoever wakes early sleeps on. */
const LONGEST_SLEEP_MS = 30 * DAY_MS;
/** After a tick that failed. */
const RETRY_MS = 5_000;

/** One per campaign: its recipients, its waves, its counts. Decisions live in `core/`, steps in the files beside this. */
export class CampaignObject extends DurableObject<Env> implements CampaignRpc {
  readonly #storage: CampaignStorage;
  readonly #deps: Deps;
  readonly #live: LivePages;
  /** Where messages for consumers go. */
  sendToQueue: Deps["queues"]["enqueueSends"];
  readonly #repeats = new Map<string, Repeats>([[NO_LINE, { code: null, count: 0 }]]);
  #run: CampaignRun | null = null;
  #alarmAt: number | null = null;
  /** The earliest wake that was asked for while a tick ran. */
  #wakeAsked: number | null = null;
  #flushed = { at: 0, status: "" };
  /** One flush after the other: an older state must not overwrite a newer one in D1. */
  #flushing: Promise<boolean> | null = null;
  /** One telling after the other, beside the flushes: it writes thousands of rows, and no send waits for it. */
  #telling: Promise<void> | null = null;
  /** While one is under way, and after one that failed. */
  #tellAgainAt = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#storage = new CampaignStorage(ctx.storage);
    this.#deps = makeDeps(env);
    this.sendToQueue = this.#deps.queues.enqueueSends;
    this.#live = new LivePages(ctx, () => (this.#run ? snapshotOf(this.#run) : null));
    const state = this.#storage.loadState();
    if (state) {
      this.#run = this.#open(state);
      adoptEarlierRows(this.#run);
    }
    ctx.blockConcurrencyWhile(async () => {
      this.#alarmAt = await ctx.storage.getAlarm();
      // Started again after a crash: whatever was planned, or not flushed to the catalogue, look now.
      const anyUntold = this.#storage.untold.dueAt() !== null;
      if (this.#run && (!isOver(this.#run.state.status) || this.#run.state.needsFlush || anyUntold))
        this.#wakeBy(Date.now() + 1);
    });
  }

  async start(tenantId: string, campaignId: string): Promise<void> {
    if (this.#run) return this.#wakeBy(Date.now() + 1);
    const launched = await this.#deps.store(tenantId).campaigns.launchSnapshot(campaignId);
    if (this.#run || !launched) return;
    const state: CampaignState = {
      tenantId,
      campaignId,
      ...launched,
      catalogueReadAt: this.#deps.now(),
      status: "preparing",
      statusReason: null,
      completedAt: null,
      prepared: false,
      cursor: null,
      audience: 0,
      eligible: 0,
      firstWaveAt: null,
      wavesOpenedAt: [],
      waveAnchorAt: null,
      gatePassed: null,
      pausedAt: null,
      reopensAt: null,
      needsFlush: true,
    };
    this.#run = this.#open(state);
    this.#storage.saveState(state);
    this.#wakeBy(Date.now() + 1);
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = Date.now() + WATCHDOG_MS;
    await this.ctx.storage.setAlarm(this.#alarmAt);
    const run = this.#run;
    if (!run) return;
    this.#wakeAsked = null;
    let next: number | null;
    try {
      next = await this.#tick(run);
      noteTick(run, false);
    } catch (error) {
      logFailure("campaign_tick_failed", error, { campaignId: run.state.campaignId });
      noteTick(run, true);
      next = await this.#flush(run, Date.now() + RETRY_MS).catch(() => Date.now() + RETRY_MS);
    }
    if (this.#wakeAsked !== null) next = Math.min(next ?? Number.POSITIVE_INFINITY, this.#wakeAsked);
    if (next !== null) next = Math.min(Math.max(next, Date.now() + 1), Date.now() + LONGEST_SLEEP_MS);
    this.#alarmAt = next;
    if (next === null) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(next);
  }

  async ensureAlarm(tenantId: string, campaignId: string): Promise<void> {
    if (!this.#run) return this.start(tenantId, campaignId);
    const at = await this.ctx.storage.getAlarm();
    if ((at === null || at < Date.now() - WATCHDOG_MS) && !isOver(this.#run.state.status)) {
      this.#alarmAt = Date.now() + 1;
      await this.ctx.storage.setAlarm(this.#alarmAt);
    }
  }

  async pause(reason: string): Promise<Result<CampaignSnapshot, "not_pausable">> {
    const run = this.#run;
    if (!run || !isActive(run.state.status)) return err("not_pausable");
    run.pause(reason, Date.now());
    return ok(snapshotOf(run));
  }

  async resume(): Promise<Result<CampaignSnapshot, "not_resumable">> {
    const run = this.#run;
    if (run?.state.status !== "paused") return err("not_resumable");
    run.resume(Date.now());
    return ok(snapshotOf(run));
  }

  async cancel(): Promise<Result<CampaignSnapshot, "not_cancellable">> {
    const run = this.#run;
    if (!run?.transition("cancel", { statusReason: null, completedAt: Date.now() })) return err("not_cancellable");
    run.unqueueAll();
    return ok(snapshotOf(run));
  }

  async resend(contactIds: string[] | null): Promise<Result<ResendAnswer, "not_resendable">> {
    const run = this.#run;
    if (!run || run.state.status === "cancelled" || run.state.status === "failed") return err("not_resendable");
    return ok(await resendUnconfirmed(run, contactIds));
  }

  async endPinnedWaits(lineId: string | null, how: "move" | "fail"): Promise<number> {
    return this.#run ? endPinnedWaits(this.#run, lineId, how) : 0;
  }

  async lookAgain(): Promise<void> {
    if (this.#run && !isOver(this.#run.state.status)) this.#wakeBy(Date.now() + 1);
  }

  async snapshot(): Promise<CampaignSnapshot | null> {
    return this.#run ? snapshotOf(this.#run) : null;
  }

  async exclude(contactIds: string[], reason: LateExclusion): Promise<void> {
    if (this.#run) exclude(this.#run, contactIds, reason);
  }

  async changePhone(contactId: string, phone: string): Promise<void> {
    if (this.#run) changePhone(this.#run, contactId, phone);
  }

  async leaveOutServed(contactIds: string[]): Promise<void> {
    if (this.#run?.state.spec.inService.mode === "exclude") skipServed(this.#run, contactIds);
  }

  async claim(request: ClaimRequest): Promise<ClaimAnswer> {
    if (!this.#run) return { claimed: [], lines: {}, again: [], againInMs: 0, manyWait: false };
    return claim(this.#run, request);
  }

  async settle(claimId: string, settlements: Settlement[]): Promise<void> {
    if (this.#run) settle(this.#run, claimId, settlements, this.#repeats);
  }

  async applyEvents(tenantId: string, events: RecipientUpdate[]): Promise<UpdateAnswer> {
    if (this.#run?.state.tenantId === tenantId) return applyUpdates(this.#run, events);
    return { declined: [...events.keys()], early: [] };
  }

  async findMessages(tenantId: string, messageIds: string[]) {
    return this.#run?.state.tenantId === tenantId ? this.#run.storage.findMessages(messageIds) : [];
  }

  async recipients(query: RecipientQuery) {
    return this.#run ? listRecipients(this.#run, query) : { data: [], nextCursor: null };
  }

  async recipient(contactId: string) {
    return this.#run ? recipientWithHistory(this.#run, contactId) : null;
  }

  async stats() {
    return this.#run ? figures(this.#run) : null;
  }

  async reportPage(afterContactId: string, limit: number) {
    return this.#run ? reportPage(this.#run, afterContactId, limit) : [];
  }

  /** The live socket; the Worker has checked the ticket. */
  override async fetch(): Promise<Response> {
    return this.#live.accept();
  }

  override webSocketMessage(): void {
    // Pages only listen; pings are answered without waking the object.
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }

  async #tick(run: CampaignRun): Promise<number | null> {
    const { state } = run;
    let next: number | null = null;
    endWaits(run);
    await reportToPortfolios(run);
    switch (state.status) {
      case "preparing":
        await prepareStep(run);
        next = Date.now() + 1;
        break;
      case "scheduled":
        begin(run);
        next = Math.max(state.firstWaveAt ?? 0, Date.now() + 1);
        break;
      case "running":
        next = await dispatch(run, this.sendToQueue);
        break;
      case "paused":
        next = await waitForLine(run);
        break;
      case "cancelled":
        next = cancelWaiting(run) ? Date.now() + 1 : null;
        break;
      default:
        next = null;
    }
    const waitEnd = nextWaitEnd(run);
    if (waitEnd !== null) next = Math.min(next ?? waitEnd, waitEnd);
    return this.#flush(run, await this.#tell(run, next));
  }

  /** What became of messages reaches D1 when it is due; a failure there only means later. */
  async #tell(run: CampaignRun, next: number | null): Promise<number | null> {
    const { untold } = this.#storage;
    const dueAt = untold.dueAt();
    if (dueAt === null) return next;
    const soonest = (at: number) => Math.min(next ?? at, at);
    const at = Math.max(dueAt, this.#tellAgainAt);
    if (at > Date.now()) return soonest(at);
    this.#tellAgainAt = Date.now() + RETRY_MS;
    this.#telling ??= tellSends(run)
      .then(() => {
        this.#tellAgainAt = 0;
      })
      .finally(() => {
        this.#telling = null;
      });
    const told = withTimeout(this.#telling, "sends_not_told", run.state.campaignId);
    this.ctx.waitUntil(told);
    if (run.state.status !== "running") await told;
    const again = untold.dueAt();
    return again === null && this.#telling === null ? next : soonest(Math.max(again ?? 0, this.#tellAgainAt));
  }

  /** D1 follows every few seconds and at each end; a failure there only means a later flush. */
  async #flush(run: CampaignRun, next: number | null): Promise<number | null> {
    const soonest = (at: number) => Math.min(next ?? at, at);
    // A flush that D1 has not answered yet was waited for once; sends must not wait for it again.
    if (this.#flushing) return soonest(Date.now() + RETRY_MS);
    this.#flushing = this.#flushNow(run).finally(() => {
      this.#flushing = null;
    });
    const allTaken = await withTimeout(this.#flushing, "campaign_not_flushed", run.state.campaignId);
    const now = Date.now();
    if (!allTaken) return soonest(now + RETRY_MS);
    if (this.#storage.outbox(1).length > 0) return soonest(now + 1);
    if (!run.state.needsFlush) return next;
    return soonest(Math.max(this.#flushed.at + flushAfter(run.state.status).latest, now + TICK_MS));
  }

  /** @returns false when something in the outbox was not taken */
  async #flushNow(run: CampaignRun): Promise<boolean> {
    const allTaken = await deliverOutbox(run);
    const now = Date.now();
    const { status } = run.state;
    const urgent = status !== this.#flushed.status;
    if (!run.state.needsFlush || (!urgent && now < this.#flushed.at + flushAfter(status).soonest)) return allTaken;
    await flushProjection(run);
    this.#flushed = { at: now, status };
    return allTaken;
  }

  #open(state: CampaignState): CampaignRun {
    return new CampaignRun(this.#storage, state, this.#deps, makeRendering(state), ({ waitsForTick }) => {
      this.#live.changed();
      this.#wakeBy(Date.now() + (waitsForTick ? TICK_MS : flushAfter(state.status).latest));
    });
  }

  /** Sees to it that the object wakes by then at the latest. */
  #wakeBy(at: number): void {
    this.#wakeAsked = Math.min(this.#wakeAsked ?? at, at);
    // One that is due must not be put off: news come faster than alarms, and would do so again and again. One that has
    // been due for long has died, and is set again.
    if (this.#alarmAt !== null && this.#alarmAt <= at && this.#alarmAt > Date.now() - ALARM_LATE_MS) return;
    this.#alarmAt = at;
    this.ctx.waitUntil(this.ctx.storage.setAlarm(at));
  }
}

/** What waits when a campaign is cancelled is left out, a few thousand a tick. */
function cancelWaiting(run: CampaignRun): boolean {
  const rows = run.storage.pending(5_000);
  run.change(rows, (row) => ({ ...row, status: "skipped", skipReason: "cancelled" }));
  return rows.length > 0;
}
