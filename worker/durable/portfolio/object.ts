import { DurableObject } from "cloudflare:workers";
import type {
  LeaseAnswer,
  LeaseRequest,
  PortfolioLine,
  PortfolioLineState,
  PortfolioOverview,
  PortfolioRpc,
  SendReport,
} from "#contracts/portfolio-rpc.ts";
import { type Cooldown, longerCooldown } from "#core/lines/cooldown.ts";
import { LineLeases } from "#core/lines/leases.ts";
import { inWindow } from "#core/lines/user-window.ts";
import { type MessagingLimit, remaining, UNKNOWN_LIMIT } from "#core/meta/messaging-limit.ts";
import type { Env } from "#env.ts";
import { PortfolioStorage } from "./storage.ts";

/** A campaign that has not asked for this long no longer speaks for those who wait. */
const WAITING_FORGOTTEN_MS = 60_000;
/** How much further than needed it is written down until when slots are leased, so that it is written less often. */
const LEASED_MARGIN_MS = 1_000;

interface Line {
  details: PortfolioLine;
  cooldown: Cooldown | null;
  leases: LineLeases;
}

/**
 * One per Meta business portfolio, where Meta counts: messages a second per line, unique users of the moving 24 hours
 * for all lines together. Campaigns get both from `lease`, once a tick; no single message asks.
 */
export class PortfolioObject extends DurableObject<Env> implements PortfolioRpc {
  readonly #storage: PortfolioStorage;
  readonly #lines = new Map<string, Line>();
  #limit: MessagingLimit | null;
  /** People that campaigns have yet to send to. */
  readonly #waiting = new Map<string, { count: number; at: number }>();
  /** No line has slots leased beyond this, as written down. */
  #leasedUntil: number;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#storage = new PortfolioStorage(ctx.storage);
    this.#limit = this.#storage.limit();
    this.#leasedUntil = this.#storage.leasedUntil();
    // Campaigns still hold what was leased before a restart.
    for (const { details, cooldown } of this.#storage.lines())
      this.#lines.set(details.lineId, this.#line(details, cooldown));
  }

  async putLine(details: PortfolioLine): Promise<void> {
    this.#storage.putLine(details);
    const line = this.#lines.get(details.lineId);
    if (line) {
      line.details = details;
      line.leases.setRate(details.ratePerSecond, Date.now());
    } else this.#lines.set(details.lineId, this.#line(details, null));
  }

  async removeLine(lineId: string): Promise<void> {
    this.#storage.removeLine(lineId);
    this.#lines.delete(lineId);
  }

  async putLimit(limit: MessagingLimit | null): Promise<void> {
    if (limit === null) return;
    this.#storage.putLimit(limit);
    this.#limit = limit;
  }

  async setCooldown(lineId: string, cooldown: Cooldown | null): Promise<void> {
    const line = this.#lines.get(lineId);
    if (!line) return;
    line.cooldown = cooldown;
    this.#storage.putCooldown(lineId, cooldown);
  }

  async overview(): Promise<PortfolioOverview> {
    const now = Date.now();
    return {
      messagingLimit: this.#limit,
      used24h: this.#storage.window.used(now),
      reserved24h: this.#reserved(now),
      lines: [...this.#lines.values()].map((line) => this.#stateOf(line, now)),
    };
  }

  async lease({ campaignId, waiting, lines, candidates }: LeaseRequest): Promise<LeaseAnswer> {
    const now = Date.now();
    this.#waiting.set(campaignId, { count: waiting, at: now });
    const refused = this.#count(campaignId, candidates, now);
    const answers = lines.flatMap(({ lineId, wanted }) => {
      const line = this.#lines.get(lineId);
      if (!line) return [];
      const state = this.#stateOf(line, now);
      if (wanted === 0 || state.cooldown) line.leases.leave(campaignId);
      const lease =
        wanted === 0 || state.cooldown
          ? { slots: [], share: 0, againInMs: 0 }
          : line.leases.lease(campaignId, wanted, now);
      const { phoneNumberId, sealedToken } = line.details;
      return [{ ...state, phoneNumberId, sealedToken, ...lease }];
    });
    this.#noteLeases();
    const { window } = this.#storage;
    const remaining24h = remaining(this.#limit ?? UNKNOWN_LIMIT, window.used(now), 0);
    return { decidedAt: now, remaining24h, roomAt: window.roomAt(), refused, lines: answers };
  }

  async report({ campaignId, unused, incidents }: SendReport): Promise<void> {
    if (unused.length > 0) this.#storage.uncount(unused, campaignId);
    for (const item of incidents) {
      const line = this.#lines.get(item.lineId);
      if (!line) continue;
      if (item.kind === "slow") line.leases.refused(item.calls, Date.now());
      if (item.kind === "cooldown") {
        const cooldown = { reason: item.reason, since: item.at, until: item.untilMs };
        await this.setCooldown(item.lineId, longerCooldown(line.cooldown, cooldown));
      }
      if (item.kind === "suspend_account") {
        for (const lineId of this.#lines.keys())
          await this.setCooldown(lineId, { reason: item.reason, since: item.at, until: null });
      }
    }
  }

  async lastMessageTo(phone: string, by: number, notOf?: string) {
    return this.#storage.lastMessageTo(phone, by, notOf);
  }

  async forget(people: { contactIds: string[]; phones: string[] }, campaignIds: string[]) {
    return this.#storage.forget(people, campaignIds);
  }

  #stateOf(line: Line, now: number): PortfolioLineState {
    this.#endCooldown(line, now);
    const { lineId, status, quality, ratePerSecond } = line.details;
    return { lineId, status, quality, ratePerSecond, cooldown: line.cooldown };
  }

  #endCooldown(line: Line, now: number): void {
    if (line.cooldown?.until == null || line.cooldown.until > now) return;
    line.cooldown = null;
    this.#storage.putCooldown(line.details.lineId, null);
  }

  #line(details: PortfolioLine, cooldown: Cooldown | null): Line {
    const from = Math.max(Date.now(), this.#leasedUntil);
    return { details, cooldown, leases: new LineLeases(from, details.ratePerSecond) };
  }

  /** Counts the users of the moving 24 hours. @returns whom the limit does not allow */
  #count(campaignId: string, candidates: LeaseRequest["candidates"], now: number): string[] {
    if (candidates.length === 0) return [];
    const last = this.#storage.lastMessages(candidates.map(({ phone }) => phone));
    // Whoever was messaged in the window costs no budget again.
    const counted = new Set([...last].filter(([, { at }]) => inWindow(at, now)).map(([phone]) => phone));
    let budget = remaining(this.#limit ?? UNKNOWN_LIMIT, this.#storage.window.used(now), 0);
    const allowed: LeaseRequest["candidates"] = [];
    const refused: string[] = [];
    for (const candidate of candidates) {
      const isNew = !counted.has(candidate.phone);
      if (isNew && budget !== null && budget <= 0) {
        refused.push(candidate.contactId);
        continue;
      }
      if (isNew && budget !== null) budget -= 1;
      counted.add(candidate.phone);
      allowed.push(candidate);
    }
    this.#storage.count(allowed, last, campaignId, now);
    return refused;
  }

  #noteLeases(): void {
    const until = Math.max(...[...this.#lines.values()].map(({ leases }) => leases.leasedUntil));
    if (until <= this.#leasedUntil) return;
    this.#leasedUntil = until + LEASED_MARGIN_MS;
    this.#storage.putLeasedUntil(this.#leasedUntil);
  }

  /** What running campaigns are going to use of the limit, as far as it goes. */
  #reserved(now: number): number {
    let sum = 0;
    for (const [id, { count, at }] of this.#waiting) {
      if (at < now - WAITING_FORGOTTEN_MS) this.#waiting.delete(id);
      else sum += count;
    }
    const left = remaining(this.#limit ?? UNKNOWN_LIMIT, this.#storage.window.used(now), 0);
    return left === null ? sum : Math.min(sum, left);
  }
}
