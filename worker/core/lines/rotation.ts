import type { QualityRating } from "#core/meta/quality.ts";
import type { Cooldown } from "./cooldown.ts";
import type { LineKind } from "./line.ts";
import type { DraftSender } from "./sender.ts";

/** Prospect campaigns need this many healthy lines in the segment, so that one can cool down without stopping the others. */
export const MIN_PROSPECT_LINES = 3;

/** What is known of a line at this moment. Instants are ms. */
export interface LineSnapshot {
  lineId: string;
  kind: LineKind;
  /** The number's `status` at Meta. */
  status: string;
  quality: QualityRating;
  /** The campaign's template is approved in this line's account and linked to the line. */
  templateLinked: boolean;
  /** Set while the line pauses after an incident. */
  cooldown: Pick<Cooldown, "reason" | "until"> | null;
  /** Unique users left in the moving 24 hours; null means no limit. */
  remaining24h: number | null;
  ratePerSecond: number;
  /** Messages of this campaign sent by the line so far. */
  used: number;
}

export type Unusable = "not_connected" | "quality_red" | "template_not_linked" | "resting" | "limit_spent";
export type Usability = { usable: true } | { usable: false; reason: Unusable };

/** Meta lets these numbers send; any status it may invent later counts as one that does not. */
const SENDING_STATUSES = new Set(["CONNECTED", "FLAGGED"]);

/** Whether a line may send at `now` (ms). The first obstacle is named, the most lasting one first. */
export function usability(line: LineSnapshot, now: number): Usability {
  if (!SENDING_STATUSES.has(line.status)) return { usable: false, reason: "not_connected" };
  if (line.quality === "RED") return { usable: false, reason: "quality_red" };
  if (!line.templateLinked) return { usable: false, reason: "template_not_linked" };
  if (line.cooldown !== null && (line.cooldown.until === null || line.cooldown.until > now)) {
    return { usable: false, reason: "resting" };
  }
  if (line.remaining24h !== null && line.remaining24h <= 0) return { usable: false, reason: "limit_spent" };
  return { usable: true };
}

/** The lines that a campaign may choose from. A receptive line sends only when it was picked by name. */
export function eligibleLines<Line extends { lineId: string; kind: LineKind }>(
  lines: Line[],
  sender: DraftSender,
): Line[] {
  return sender.mode === "line"
    ? lines.filter((line) => line.lineId === sender.lineId)
    : lines.filter((line) => line.kind === "prospect");
}

/** A usable line with its grant: how many messages the portfolio lets it take now. */
export interface GrantedLine {
  lineId: string;
  granted: number;
  quality: QualityRating;
  remaining24h: number | null;
  used: number;
}

/** Why a line was chosen; screens translate it. */
export type Choice = "only_line" | `${"best" | "full"}_${(typeof QUALITY_WORD)[keyof typeof QUALITY_WORD]}`;

/** How many messages a line takes, and why it was chosen, for the recipient's history. */
export interface Share {
  lineId: string;
  count: number;
  reason: Choice;
}

/** Best first. RED is missing on purpose: such a line takes nothing. */
const QUALITY_ORDER = ["GREEN", "UNKNOWN", "YELLOW"] as const;
const QUALITY_WORD = { GREEN: "green", UNKNOWN: "unrated", YELLOW: "yellow" } as const;

/**
 * Divides `count` messages over lines: the best quality class is filled before the next, and lines of one class share
 * in proportion to their grants. No line gets more than its grant or what is left of its 24 hours; the shares add up
 * to `count` or, if that is less, to all the room there is. The same input gives the same answer in any line order.
 */
export function spread(count: number, lines: GrantedLine[]): Share[] {
  const shares: Share[] = [];
  const open = lines.map((line) => ({ ...line, room: room(line) })).filter((line) => line.room > 0);
  let left = Math.max(0, Math.floor(count));
  let betterLinesFull = false;
  for (const quality of QUALITY_ORDER) {
    const rank = open.filter((line) => line.quality === quality).sort(byPreference);
    if (rank.length === 0 || left === 0) continue;
    const reason = open.length === 1 ? "only_line" : choice(quality, betterLinesFull);
    for (const [lineId, taken] of shareOut(left, rank)) {
      shares.push({ lineId, count: taken, reason });
      left -= taken;
    }
    betterLinesFull = true;
  }
  return shares;
}

interface OpenLine extends GrantedLine {
  /** The most this line can take: its grant, or what is left of its 24 hours. */
  room: number;
}

function room(line: GrantedLine): number {
  if (line.quality === "RED") return 0;
  return Math.max(0, Math.floor(Math.min(line.granted, line.remaining24h ?? Number.POSITIVE_INFINITY)));
}

function choice(quality: (typeof QUALITY_ORDER)[number], betterLinesFull: boolean): Choice {
  return `${betterLinesFull ? "full" : "best"}_${QUALITY_WORD[quality]}`;
}

/** Shares for lines of one class, by largest remainder. `rank` is in order of preference, which breaks ties. */
function shareOut(count: number, rank: OpenLine[]): Map<string, number> {
  const taken = new Map<string, number>();
  let sharing = rank;
  let left = count;
  // A line whose proportional part exceeds its room is filled and leaves; the others then share what remains.
  for (;;) {
    const weight = sharing.reduce((sum, line) => sum + line.granted, 0);
    const full = sharing.filter((line) => left * line.granted >= line.room * weight);
    if (full.length === 0) break;
    for (const line of full) {
      const take = Math.min(line.room, left);
      if (take > 0) taken.set(line.lineId, take);
      left -= take;
    }
    sharing = sharing.filter((line) => !full.includes(line));
  }
  if (left === 0 || sharing.length === 0) return taken;

  const weight = sharing.reduce((sum, line) => sum + line.granted, 0);
  const parts = sharing.map((line) => {
    const exact = left * line.granted;
    return { line, whole: Math.floor(exact / weight), remainder: exact % weight };
  });
  let spare = left - parts.reduce((sum, part) => sum + part.whole, 0);
  // Array.sort is stable, so equal remainders keep the order of preference.
  for (const part of parts.sort((a, b) => b.remainder - a.remainder)) {
    const extra = spare > 0 ? 1 : 0;
    spare -= extra;
    if (part.whole + extra > 0) taken.set(part.line.lineId, part.whole + extra);
  }
  return taken;
}

/** More of the 24 hours left first, then less used by this campaign, then by id. */
function byPreference(a: OpenLine, b: OpenLine): number {
  const remainingA = a.remaining24h ?? Number.POSITIVE_INFINITY;
  const remainingB = b.remaining24h ?? Number.POSITIVE_INFINITY;
  if (remainingA !== remainingB) return remainingB > remainingA ? 1 : -1;
  if (a.used !== b.used) return a.used - b.used;
  return a.lineId < b.lineId ? -1 : 1;
}
