import { DurableObject } from "cloudflare:workers";
import { longerRest } from "../core/line-health.ts";
import { type MessagingLimit, remaining, UNKNOWN_LIMIT } from "../core/messaging-limit.ts";
import {
  allowedShare,
  book,
  earliestApart,
  earliestSlot,
  perWindow,
  planGapMs,
  type Slowdown,
  shareFairly,
  slowDown,
  unbook,
  WINDOW_MS,
} from "../core/pacing.ts";
import { inWindow } from "../core/user-window.ts";
import type { Env } from "../env.ts";
import { PortfolioStorage, type Rest } from "./portfolio-storage.ts";
import type {
  GrantAnswer,
  GrantRequest,
  PortfolioLine,
  PortfolioLineState,
  PortfolioOverview,
  PortfolioRpc,
  ReserveAnswer,
  ReserveRequest,
  SendReport,
} from "./rpc.ts";

/** A campaign that has not asked for this long no longer takes a share. */
const ASKER_FORGOTTEN_MS = 3_000;
/** Departure times are given out at most this far ahead; who would have to wait longer comes back later. */
const HORIZON_MS = 1_500;
/** The limit may be raised at any time, so a message that met a spent one comes back soon; the grants keep it waiting. */
const LIMIT_RETRY_MS = 5_000;

interface Line {
  facts: PortfolioLine;
  rest: Rest | null;
  slowdown: Slowdown | null;
  /** Departures given out, ascending. */
  departures: number[];
  askers: Map<string, { wanted: number; at: number }>;
}

/**
 * One per Meta business portfolio, where Meta counts: messages a second per line, unique users of the moving 24 hours
 * for all lines together. Everything that is about to be sent passes `reserve`, right before it leaves.
 */
export class PortfolioObject extends DurableObject<Env> implements PortfolioRpc {
  readonly #storage: PortfolioStorage;
  readonly #lines = new Map<string, Line>();
  #limit: MessagingLimit | null;
  /** Granted to campaigns and not yet reserved, per campaign. */
  readonly #granted = new Map<string, { count: number; until: number }>();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#storage = new PortfolioStorage(ctx.storage);
    this.#limit = this.#storage.limit();
    // What was given out before a restart is forgotten: assume that the last second was full.
    const now = Date.now();
    for (const { facts, rest } of this.#storage.lines()) {
      const departures = Array.from({ length: perWindow(facts.ratePerSecond) }, () => now);
      this.#lines.set(facts.lineId, { facts, rest, slowdown: null, departures, askers: new Map() });
    }
  }

  async putLine(facts: PortfolioLine): Promise<void> {
    this.#storage.putLine(facts);
    const line = this.#lines.get(facts.lineId);
    if (line) line.facts = facts;
    else this.#lines.set(facts.lineId, { facts, rest: null, slowdown: null, departures: [], askers: new Map() });
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

  async setRest(lineId: string, rest: Rest | null): Promise<void> {
    const line = this.#lines.get(lineId);
    if (!line) return;
    line.rest = rest;
    this.#storage.putRest(lineId, rest);
  }

  async overview(): Promise<PortfolioOverview> {
    const now = Date.now();
    return {
      messagingLimit: this.#limit,
      used24h: this.#storage.window.used(now),
      reserved24h: this.#outstanding(now),
      lines: [...this.#lines.values()].map((line) => this.#stateOf(line, now)),
    };
  }

  async grant({ campaignId, wanted, periodMs }: GrantRequest): Promise<GrantAnswer> {
    const now = Date.now();
    this.#granted.delete(campaignId);
    // What the campaign has on the queue is not counted yet, or only just: it must not be granted twice.
    const underWay = wanted.reduce((sum, line) => sum + line.underWay, 0);
    let budget = remaining(
      this.#limit ?? UNKNOWN_LIMIT,
      this.#storage.window.used(now),
      this.#outstanding(now) + underWay,
    );
    const remaining24h = budget;
    let total = 0;
    const lines = wanted.flatMap(({ lineId, count, underWay }) => {
      const line = this.#lines.get(lineId);
      if (!line) return [];
      const state = this.#stateOf(line, now);
      const share = state.resting ? 0 : this.#fairShare(line, campaignId, count + underWay, periodMs, now);
      let granted = Math.max(0, share - underWay);
      if (budget !== null) {
        granted = Math.min(granted, budget);
        budget -= granted;
      }
      total += granted;
      return [{ ...state, granted }];
    });
    if (total > 0) this.#granted.set(campaignId, { count: total, until: now + periodMs * 3 });
    return { remaining24h, roomAt: this.#storage.window.roomAt(), lines };
  }

  async reserve({
    campaignId,
    messages,
    spacingMs,
    apartFrom = [],
    leadMs = 0,
  }: ReserveRequest): Promise<ReserveAnswer> {
    const now = Date.now();
    for (const line of this.#lines.values()) forgetBefore(line, now - WINDOW_MS);
    const last = this.#storage.lastMessages(messages.map((m) => m.phone));
    // Whoever was messaged in the window costs no budget again.
    const counted = new Set([...last].filter(([, { at }]) => inWindow(at, now)).map(([phone]) => phone));
    // For the departure that it missed a message was counted before, unless another campaign has written meanwhile.
    const isMoved = ({ phone, missed }: ReserveRequest["messages"][number]) =>
      missed !== undefined && last.get(phone)?.campaignId === campaignId;
    let budget = remaining(this.#limit ?? UNKNOWN_LIMIT, this.#storage.window.used(now), 0);
    const taken: ReserveRequest["messages"] = [];
    const times = [...apartFrom];
    const slots = messages.map((message): ReserveAnswer["slots"][number] => {
      const line = this.#lines.get(message.lineId);
      if (!line) return { ok: false, reason: "unknown_line", retryAt: now + 60_000 };
      this.#endRest(line, now);
      if (line.rest) return { ok: false, reason: "line_resting", retryAt: now + 1_000 };
      const isNew = !counted.has(message.phone);
      if (isNew && budget !== null && budget <= 0) {
        return { ok: false, reason: "limit_spent", retryAt: now + LIMIT_RETRY_MS };
      }
      if (message.missed !== undefined) unbook(line.departures, message.missed);
      const late = message.missed !== undefined;
      const from = now + leadMs;
      const latest = Math.min(from + HORIZON_MS, message.by ?? Number.POSITIVE_INFINITY);
      const at = nextDeparture(line, times, { spacingMs, late, from, latest }, now);
      if (at === null) return { ok: false, reason: "too_far", retryAt: now + HORIZON_MS };
      book(line.departures, at);
      times.push(at);
      if (isNew && budget !== null) budget -= 1;
      counted.add(message.phone);
      if (!isMoved(message)) taken.push(message);
      return { ok: true, at };
    });
    this.#storage.count(taken, last, campaignId, now);
    const outstanding = this.#granted.get(campaignId);
    if (outstanding) outstanding.count = Math.max(0, outstanding.count - taken.length);
    return { decidedAt: now, slots, lines: this.#credentialsOf(messages.map((m) => m.lineId)) };
  }

  async report({ campaignId, unused, trouble }: SendReport): Promise<void> {
    if (unused.length > 0) this.#storage.uncount(unused, campaignId);
    for (const item of trouble) {
      const line = this.#lines.get(item.lineId);
      if (!line) continue;
      if (item.kind === "slow") line.slowdown = slowDown(line.slowdown, item.calls, line.facts.ratePerSecond, item.at);
      if (item.kind === "rest") {
        const rest = { reason: item.reason, since: item.at, until: item.untilMs };
        await this.setRest(item.lineId, longerRest(line.rest, rest));
      }
      if (item.kind === "rest_account") {
        for (const lineId of this.#lines.keys())
          await this.setRest(lineId, { reason: item.reason, since: item.at, until: null });
      }
    }
  }

  async lastMessageTo(phone: string, by: number, notOf?: string) {
    return this.#storage.lastMessageTo(phone, by, notOf);
  }

  #stateOf(line: Line, now: number): PortfolioLineState {
    this.#endRest(line, now);
    const { lineId, status, quality, ratePerSecond } = line.facts;
    return { lineId, status, quality, ratePerSecond, resting: line.rest };
  }

  #endRest(line: Line, now: number): void {
    if (line.rest?.until == null || line.rest.until > now) return;
    line.rest = null;
    this.#storage.putRest(line.facts.lineId, null);
  }

  /** What one campaign may take of a line in the coming period, when others want it too. */
  #fairShare(line: Line, campaignId: string, count: number, periodMs: number, now: number): number {
    for (const [id, asker] of line.askers) if (asker.at < now - ASKER_FORGOTTEN_MS) line.askers.delete(id);
    line.askers.set(campaignId, { wanted: count, at: now });
    const rate = perWindow(line.facts.ratePerSecond * allowedShare(line.slowdown, now));
    const capacity = Math.ceil((rate * periodMs) / WINDOW_MS);
    const ids = [...line.askers.keys()];
    const shares = shareFairly(
      capacity,
      ids.map((id) => line.askers.get(id)?.wanted ?? 0),
    );
    return shares[ids.indexOf(campaignId)] ?? 0;
  }

  #outstanding(now: number): number {
    let sum = 0;
    for (const [id, grant] of this.#granted) {
      if (grant.until < now) this.#granted.delete(id);
      else sum += grant.count;
    }
    return sum;
  }

  #credentialsOf(lineIds: string[]): ReserveAnswer["lines"] {
    const credentials: ReserveAnswer["lines"] = {};
    for (const lineId of lineIds) {
      const facts = this.#lines.get(lineId)?.facts;
      if (facts) credentials[lineId] = { phoneNumberId: facts.phoneNumberId, sealedToken: facts.sealedToken };
    }
    return credentials;
  }
}

/** The line's next free time that is also far enough from the caller's other departures; null when that is too far. */
function nextDeparture(
  line: Line,
  callers: number[],
  { spacingMs, late, from, latest }: { spacingMs: number; late: boolean; from: number; latest: number },
  now: number,
): number | null {
  const rate = line.facts.ratePerSecond * allowedShare(line.slowdown, now);
  // Between evenly planned departures is no room for another: one that lost its own may squeeze in.
  const gapMs = late ? 0 : planGapMs(rate);
  for (let earliest = from; ; ) {
    const at = earliestSlot(line.departures, rate, gapMs, earliest, latest);
    if (at === null) return null;
    earliest = earliestApart(callers, spacingMs, at);
    if (earliest === at) return at;
  }
}

function forgetBefore(line: Line, at: number): void {
  const kept = line.departures.findIndex((departure) => departure > at);
  line.departures.splice(0, kept === -1 ? line.departures.length : kept);
}
