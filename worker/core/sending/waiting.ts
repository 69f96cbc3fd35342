import type { CampaignStatus } from "#core/campaigns/status.ts";
import { type LineSnapshot, type Unusable, usability } from "#core/lines/rotation.ts";
import { BEHAVIOURS } from "#core/meta/error-behaviours.ts";
import { iso, MINUTE_MS } from "#core/shared/time.ts";

/** What people of a campaign wait for: a person, or a time. */
export const WAIT_KINDS = [
  /** Meta's answer ties them to their line (131048), and that line can't send: a person decides. */
  "pinned_line_blocked",
  /** No line can send, because Meta has stopped their accounts. */
  "account_restricted",
  "no_line_left",
  "line_resting",
  "limit_spent",
  /** Lines are well, but other campaigns use up their rate. */
  "rate_shared",
  "sending_window",
  "next_wave",
  /** A wave is due, and its people can't be checked because the catalogue does not answer. */
  "wave_unchecked",
  "wave_gate",
  /** Nobody may be tried before that. */
  "later_try",
  /** What was put on the queue comes back unsent. */
  "queue_delayed",
  /** The campaign's own steps fail. */
  "internal_error",
  "paused",
  /** Nothing leaves and none of the others explains it: a defect of ours, and still nobody waits unseen. */
  "stalled",
] as const;
export type WaitKind = (typeof WAIT_KINDS)[number];

/** What is part of the plan, or was told when the campaign was paused: no alert tells of it. */
export const SILENT_WAITS = ["next_wave", "later_try", "no_line_left", "wave_gate", "paused"] as const;
/** What the alert that a campaign waits tells of; a spent limit has one of its own. */
type ToldWaitKind = Exclude<WaitKind, SilentWaitKind | "limit_spent">;
type SilentWaitKind = (typeof SILENT_WAITS)[number];

/** What a person may do about it: give people to other lines, fail them, bring a line back, let the campaign go on. */
export const WAIT_ACTIONS = ["move", "fail", "resume_line", "resume"] as const;
export type WaitAction = (typeof WAIT_ACTIONS)[number];

/** Why a line can't send: the reason of its cooldown, what is wrong with it, or `line_gone` when the campaign lost it. */
export interface BlockedLine {
  lineId: string;
  reason: string;
  /** When that ends by itself, ms; null when it does not. */
  until: number | null;
}

export interface Obstacle {
  kind: WaitKind;
  /** People who wait for it. */
  count: number;
  actions: WaitAction[];
  /** When it ends by itself, ms; null when that takes a person, or nobody knows. */
  until: number | null;
  /** A stable word that says more: why the line is blocked, or why the campaign was paused. */
  reason: string | null;
  /** The lines that stand in the way. */
  lines: BlockedLine[];
  /** Since when, where that is known better than from when it was first seen; ms. */
  began: number | null;
}

export interface Wait extends Omit<Obstacle, "began"> {
  since: number;
}

/** What a tick of the campaign has seen. */
export interface Look {
  lines: LineSnapshot[];
  /** When users leave the portfolios' 24-hour window next. */
  roomAt: number | null;
  /** Users left in it for the usable lines, after what was put on the queue; null when nothing bounds them. */
  room: number | null;
  /** How many were put on the queue. */
  moved: number;
  /** Somebody could be sent to now: tied to no line, or to one that is usable. */
  ready: boolean;
  /** When the next of the opened waves may be tried, if that is later. */
  laterAt: number | null;
  /** People who wait for one line, by line. */
  pinned: { lineId: string; count: number }[];
  /** The wave to open next; `at` null when its time never comes. */
  nextWave: { at: number | null; count: number } | null;
}

export interface WaitingSnapshot {
  now: number;
  status: CampaignStatus;
  statusReason: string | null;
  pausedAt: number | null;
  /** Set while the sending window is closed; `until` null when it does not open again. */
  closed: { until: number | null } | null;
  /** People of opened waves who wait, those tied to a line included. */
  pending: number;
  /** People of all waves who wait, on the queue or not. */
  left: number;
  /** On the queue or being sent. */
  underWay: number;
  /** What the last tick saw; null before the first. */
  look: Look | null;
  queueDelayed: { count: number; since: number } | null;
  /** Ticks in a row that failed. */
  failedTicks: number;
}

/** Shorter pauses between tries are nobody's business, and a wave this late is late. */
const NOTABLE_MS = MINUTE_MS;
/** A tick may fail by chance; this many in a row do not. */
const FAILED_TICKS = 3;
/** What ends by itself sooner is shown, and no alert is made of it. */
const ALERT_MS = 10 * MINUTE_MS;
/** One that comes back within this is the same one: limits free places by the minute, and that is no news. */
const SAME_MS = 10 * MINUTE_MS;
/** Kinds that come and go in normal running: told when they have lasted this long. */
const GRACE_MS: Partial<Record<WaitKind, number>> = { rate_shared: 30_000, queue_delayed: 30_000, stalled: MINUTE_MS };

const obstacle = (kind: WaitKind, count: number, more: Partial<Obstacle> = {}): Obstacle => ({
  kind,
  count,
  actions: [],
  until: null,
  reason: null,
  lines: [],
  began: null,
  ...more,
});

/** Everything that people of a campaign wait for now. Empty while they are being sent to, and for one that is over. */
export function waitingOf(snapshot: WaitingSnapshot): Obstacle[] {
  const failing = snapshot.failedTicks >= FAILED_TICKS ? [obstacle("internal_error", snapshot.left)] : [];
  switch (snapshot.status) {
    case "preparing":
    case "scheduled":
      return failing;
    case "running":
      return [...failing, ...whileRunning(snapshot, failing.length > 0)];
    case "paused":
      return [whilePaused(snapshot)];
    default:
      return [];
  }
}

function whilePaused({ now, statusReason, pausedAt, left, look }: WaitingSnapshot): Obstacle {
  const reason = statusReason ?? "by_user";
  const paused = { reason, began: pausedAt };
  if (reason.startsWith("wave_gate")) return obstacle("wave_gate", left, { ...paused, actions: ["resume"] });
  if (reason !== "no_line_left") return obstacle("paused", left, { ...paused, actions: ["resume"] });
  if (look?.lines.some((line) => usability(line, now).usable))
    return obstacle("paused", left, { ...paused, reason: "line_back", actions: ["resume"] });
  const found = noUsableLine(look?.lines ?? [], look?.roomAt ?? null, now);
  return obstacle(found.kind === "account_restricted" ? found.kind : "no_line_left", left, {
    ...paused,
    // Whoever waits now waits for a person, whenever the line is back.
    reason: found.reason,
    lines: found.lines,
    actions: [...resumable(found.lines), "resume"],
  });
}

function whileRunning(snapshot: WaitingSnapshot, failing: boolean): Obstacle[] {
  const { now, closed, pending, left, underWay, look, queueDelayed } = snapshot;
  if (closed) return left > 0 ? [obstacle("sending_window", left, { until: closed.until })] : [];
  const waits: Obstacle[] = [];
  if (queueDelayed && underWay > 0)
    waits.push(obstacle("queue_delayed", queueDelayed.count, { began: queueDelayed.since }));
  if (!look) return waits;
  const { lines, moved, ready, laterAt, nextWave, roomAt, room } = look;
  const usable = lines.filter((line) => usability(line, now).usable);

  // Whoever is tied to a line that is well is as free as the others.
  let free = pending;
  let spentPinned = 0;
  for (const { lineId, count } of look.pinned) {
    const line = lines.find((each) => each.lineId === lineId);
    const blocked = line ? blockOf(line, roomAt, now) : { lineId, reason: "line_gone", until: null };
    if (!blocked) continue;
    free -= count;
    if (blocked.reason === "limit_spent") spentPinned += count;
    else waits.push(pinned(blocked, count, lines));
  }
  free = Math.max(0, free);

  if (moved > 0 || (ready && usable.length > 0)) {
    if (room !== null && room <= 0 && free > 0)
      waits.push(obstacle("limit_spent", free + spentPinned, { until: roomAt }));
    else if (moved === 0 && underWay === 0 && free > 0) waits.push(obstacle("rate_shared", free));
  } else if (ready) {
    const { kind, ...found } = noUsableLine(lines, roomAt, now);
    waits.push(
      obstacle(kind, kind === "limit_spent" ? free + spentPinned : free, {
        ...found,
        actions: resumable(found.lines),
      }),
    );
  } else {
    if (spentPinned > 0) waits.push(obstacle("limit_spent", spentPinned, { until: roomAt }));
    if (free > 0 && laterAt !== null && laterAt > now + NOTABLE_MS)
      waits.push(obstacle("later_try", free, { until: laterAt }));
  }
  if (nextWave?.at != null && nextWave.at < now - NOTABLE_MS)
    waits.push(obstacle("wave_unchecked", nextWave.count, { began: nextWave.at }));
  else if (nextWave && moved === 0 && underWay === 0 && !ready && nextWave.count > 0) {
    if (nextWave.at === null) waits.push(obstacle("sending_window", nextWave.count));
    else if (nextWave.at > now) waits.push(obstacle("next_wave", nextWave.count, { until: nextWave.at }));
  }
  const isSoon = (at: number | null | undefined) => at != null && at > now - NOTABLE_MS;
  const goesOn = moved > 0 || underWay > 0 || isSoon(laterAt) || isSoon(nextWave?.at);
  if (waits.length === 0 && left > 0 && !goesOn && !failing) waits.push(obstacle("stalled", left));
  return waits;
}

function pinned(blocked: BlockedLine, count: number, lines: LineSnapshot[]): Obstacle {
  const others = lines.some(({ lineId, templateLinked }) => lineId !== blocked.lineId && templateLinked);
  return obstacle("pinned_line_blocked", count, {
    reason: blocked.reason,
    until: blocked.until,
    lines: [blocked],
    actions: [...(others ? (["move"] as const) : []), "fail", ...resumable([blocked])],
  });
}

/** Why the line can't send; null when it can. */
function blockOf(line: LineSnapshot, roomAt: number | null, now: number): BlockedLine | null {
  const found = usability(line, now);
  const { lineId } = line;
  if (found.usable) return null;
  if (found.reason === "resting" && line.cooldown)
    return { lineId, reason: line.cooldown.reason, until: line.cooldown.until };
  return { lineId, reason: found.reason, until: found.reason === "limit_spent" ? roomAt : null };
}

/** Reasons that stop every line of an account: what Meta's codes say, and what its webhooks do. */
const ACCOUNT_REASONS: ReadonlySet<string> = new Set([
  "account_restricted",
  ...Object.values(BEHAVIOURS).flatMap(({ onAnswer, onWebhook }) =>
    [onAnswer, onWebhook].flatMap((action) => (action.kind === "suspend_account" ? [action.reason] : [])),
  ),
]);

export interface NoUsableLine extends Pick<Obstacle, "until" | "reason" | "lines"> {
  kind: Extract<WaitKind, "limit_spent" | "line_resting" | "account_restricted" | "no_line_left">;
}

/**
 * What ends first, of all that keeps a campaign's lines from sending when none of them can. When `until` is null and it
 * is no spent limit, nothing ends by itself: the campaign needs a person.
 */
export function noUsableLine(lines: LineSnapshot[], roomAt: number | null, now: number): NoUsableLine {
  const blocked = lines.flatMap((line) => blockOf(line, roomAt, now) ?? []);
  const isSpent = ({ reason }: BlockedLine) => reason === "limit_spent";
  const first = blocked
    .filter((line) => line.until !== null || isSpent(line))
    .toSorted((a, b) => (a.until ?? Number.POSITIVE_INFINITY) - (b.until ?? Number.POSITIVE_INFINITY))[0];
  const named = first ?? blocked.find(({ reason }) => ACCOUNT_REASONS.has(reason)) ?? blocked[0];
  const found = { until: first?.until ?? null, reason: named?.reason ?? null, lines: blocked };
  if (first && isSpent(first)) return { kind: "limit_spent", ...found };
  if (blocked.length > 0 && blocked.every(({ reason }) => ACCOUNT_REASONS.has(reason)))
    return { kind: "account_restricted", ...found };
  return { kind: first ? "line_resting" : "no_line_left", ...found };
}

/** Passes by itself or by other means: asking Meta about the line would not change it. */
const NOT_RESUMABLE: ReadonlySet<string> = new Set<Unusable | "line_gone">([
  "limit_spent",
  "template_not_linked",
  "line_gone",
]);
const resumable = (lines: BlockedLine[]): WaitAction[] =>
  lines.some(({ reason }) => !NOT_RESUMABLE.has(reason)) ? ["resume_line"] : [];

/** A wait as the campaign remembers it, so that it has an age and is told once. */
export interface KnownWait extends Wait {
  /** When it was over; null while it stands in the way. */
  goneAt: number | null;
  told: boolean;
}

const keyOf = ({ kind, lines }: Pick<Wait, "kind" | "lines">): string =>
  kind === "pinned_line_blocked" ? `${kind}/${lines[0]?.lineId}` : kind;

/** Brings what is remembered up to date with what was found at `now`. */
export function remember(known: KnownWait[], found: Obstacle[], now: number): KnownWait[] {
  const before = new Map(known.map((wait) => [keyOf(wait), wait]));
  const present = found.map(({ began, ...wait }): KnownWait => {
    const same = before.get(keyOf(wait));
    before.delete(keyOf(wait));
    return { ...wait, since: began ?? same?.since ?? now, goneAt: null, told: same?.told ?? false };
  });
  const gone = [...before.values()].map((wait) => ({ ...wait, goneAt: wait.goneAt ?? now }));
  return [...present, ...gone.filter(({ goneAt }) => goneAt > now - SAME_MS)];
}

/** What stands in the way, and has done so for long enough to be spoken of. */
export const shown = (known: KnownWait[], now: number): Wait[] =>
  known.filter((wait) => isRipe(wait, now)).map(({ goneAt: _, told: __, ...wait }) => wait);

const isRipe = ({ kind, since, goneAt }: KnownWait, now: number): boolean =>
  goneAt === null && now - since >= (GRACE_MS[kind] ?? 0);

/** A wait as programs read it; instants in ISO 8601. */
export interface PresentedWait {
  kind: WaitKind;
  count: number;
  since: string;
  until?: string;
  reason?: string;
  /** The one line that people are tied to. */
  lineId?: string;
  lines?: { lineId: string; reason: string; until?: string }[];
  actions: WaitAction[];
}

export function presentWaits(waits: Wait[]): PresentedWait[] {
  const end = (until: number | null) => (until === null ? {} : { until: iso(until) });
  return waits.map(({ kind, count, since, until, reason, lines, actions }) => ({
    kind,
    count,
    since: iso(since),
    ...end(until),
    ...(reason === null ? {} : { reason }),
    ...(kind === "pinned_line_blocked" && lines[0] ? { lineId: lines[0].lineId } : {}),
    ...(lines.length === 0
      ? {}
      : { lines: lines.map(({ lineId, reason, until }) => ({ lineId, reason, ...end(until) })) }),
    actions,
  }));
}

/** An alert to raise about waits. */
export type WaitAlert = { severity: "warning" | "critical" } & (
  | { kind: "tier_limit"; params: Record<string, never> }
  | { kind: "campaign_waits"; params: { waits: { kind: ToldWaitKind; count: number; reason: string | null }[] } }
);

/** Alerts to raise, each wait once, and what is remembered then. Those of one kind are one alert. */
export function newAlerts(known: KnownWait[], now: number): { alerts: WaitAlert[]; known: KnownWait[] } {
  const tellable = known.filter((wait) => isTellable(wait, now));
  const news = tellable.filter(({ told }) => !told);
  const alerts = [...new Set(news.map(alertOf))].map((kind): WaitAlert => {
    if (kind === "tier_limit") return { kind, severity: "warning", params: {} };
    const all = tellable.filter((wait) => alertOf(wait) === kind);
    const needsPerson = all.some(({ until }) => until === null);
    return { kind, severity: needsPerson ? "critical" : "warning", params: { waits: all.flatMap(toldOf) } };
  });
  return { alerts, known: known.map((wait) => (news.includes(wait) ? { ...wait, told: true } : wait)) };
}

const alertOf = ({ kind }: Wait): WaitAlert["kind"] => (kind === "limit_spent" ? "tier_limit" : "campaign_waits");

const toldOf = ({ kind, count, reason }: Wait) =>
  kind === "limit_spent" || isSilent(kind) ? [] : [{ kind, count, reason }];
const isSilent = (kind: WaitKind): kind is SilentWaitKind => SILENT_WAITS.some((silent) => silent === kind);

/** Not while it may pass at once, is told by the pause, is part of the plan, or is over in minutes. */
function isTellable(wait: KnownWait, now: number): boolean {
  const { kind, until, lines, actions } = wait;
  const isShort = kind !== "limit_spent" && lines.length > 0 && until !== null && until <= now + ALERT_MS;
  const isPlanned = isSilent(kind) || (kind === "sending_window" && until !== null);
  return isRipe(wait, now) && !actions.includes("resume") && !isShort && !isPlanned;
}
