import { type Choice, type LineSnapshot, MIN_PROSPECT_LINES, spread, usability } from "#core/lines/rotation.ts";
import type { TemplateStop } from "#core/templates/sync.ts";
import { noUsableLine } from "./waiting.ts";

/** A running campaign looks at its lines this often; what is on the queue, and can't be taken off it, stays small. */
export const TICK_MS = 1_000;
/** Nothing to do until something changes outside: look again after this long. */
export const IDLE_MS = 15_000;
export const LONGEST_SLEEP_MS = 60_000;

/** A line of the campaign at this moment. */
export interface TickLine extends LineSnapshot {
  portfolioId: string;
  /** Slots of its time that the campaign holds and has queued nobody for. */
  free: number;
}

/** Somebody who may be queued now: allowed by the portfolio's 24-hour limit. */
export interface TickPerson {
  contactId: string;
  portfolioId: string;
  /** The only line that may send to this person; null for any. */
  pinnedLine: string | null;
}

export interface TickSnapshot {
  now: number;
  prospect: boolean;
  lines: TickLine[];
  /** Whether some lines are not among these because their portfolio did not answer. */
  linesMissing: boolean;
  /** In the order in which they are due. */
  people: TickPerson[];
  /** Whether somebody is due, whom `people` may leave out: the limit, or the number of slots, did not allow them. */
  anyDue: boolean;
  /** People who have not been sent to yet, those on the queue or being sent included. */
  open: number;
  /** Of these, on the queue, */
  queued: number;
  /** and with a call that is open. */
  sending: number;
  /** When the campaign is due more slots of a line, at the soonest; with many campaigns that takes a while. */
  slotsAt: number;
  /** When users leave the 24-hour window of a portfolio next; null when none does. */
  roomAt: number | null;
  /** Whether people are tied to lines that can't send: news of these is looked for. */
  anyTied: boolean;
  /** Why the template keeps all lines from sending; null when it does not. */
  templateStop: TemplateStop | null;
  /** When something falls due by itself: a wave, a later try. What should have come already is looked at in a tick. */
  dueAt: (number | null)[];
}

export interface Assignment {
  contactId: string;
  lineId: string;
  reason: Choice;
}

export type NextStep =
  /** Nobody is left to send to. */
  | { kind: "complete" }
  /** No line can send and none comes back by itself: a person must do something. */
  | { kind: "stop"; reason: "no_line_left" | TemplateStop }
  | { kind: "go_on"; wakeAt: number };

export interface TickPlan {
  assign: Assignment[];
  next: NextStep;
  /** Set when fewer lines than the campaign should have can send. */
  fewLines: { healthy: number; all: number } | null;
}

/** What a running campaign does now: who is queued for which line, and what comes next. */
export function planTick(snapshot: TickSnapshot): TickPlan {
  const { now, lines } = snapshot;
  // These people have been counted already: the limit, if it is spent by now, is not in their way.
  const able = lines.filter((line) => usability({ ...line, remaining24h: null }, now).usable);
  const assign = assignPeople(snapshot.people, able);
  return { assign, next: nextStep(snapshot, assign.length), fewLines: assign.length > 0 ? fewLines(snapshot) : null };
}

function nextStep(snapshot: TickSnapshot, assigned: number): NextStep {
  const { now, lines, anyDue, open, queued, slotsAt } = snapshot;
  if (open === 0) return { kind: "complete" };
  const dueAt = snapshot.dueAt.flatMap((at) => (at === null ? [] : at));
  const nextSlots: NextStep = { kind: "go_on", wakeAt: Math.max(now + TICK_MS, Math.min(slotsAt, ...dueAt)) };
  if (assigned > 0 || queued > 0) return nextSlots;
  if (anyDue && snapshot.linesMissing) return { kind: "go_on", wakeAt: now + TICK_MS };
  const anyUsable = lines.some((line) => usability(line, now).usable);
  if (anyDue && snapshot.templateStop !== null && snapshot.sending === 0)
    return { kind: "stop", reason: snapshot.templateStop };
  if (anyDue && !anyUsable) {
    // What ends by itself is waited for, such as a spent limit; anything else needs a person.
    const { kind, until } = noUsableLine(lines, snapshot.roomAt, now);
    if (kind === "limit_spent" || until !== null) return { kind: "go_on", wakeAt: now + IDLE_MS };
    if (snapshot.sending > 0) return { kind: "go_on", wakeAt: now + TICK_MS };
    return { kind: "stop", reason: "no_line_left" };
  }
  if (anyDue) return nextSlots;
  const sleepsUntil = Math.min(...dueAt, now + (snapshot.anyTied ? IDLE_MS : LONGEST_SLEEP_MS));
  return { kind: "go_on", wakeAt: sleepsUntil <= now ? now + TICK_MS : sleepsUntil };
}

function assignPeople(people: TickPerson[], lines: TickLine[]): Assignment[] {
  return [...Map.groupBy(lines, (line) => line.portfolioId)].flatMap(([portfolioId, own]) =>
    assignWithin(
      people.filter((person) => person.portfolioId === portfolioId),
      own,
    ),
  );
}

/** Whoever is tied to a line comes first, the others share what is left: lines in turn, so that neighbours differ. */
function assignWithin(people: TickPerson[], lines: TickLine[]): Assignment[] {
  const free = new Map(lines.map((line) => [line.lineId, line.free]));
  const tied = people.flatMap(({ contactId, pinnedLine }): Assignment[] => {
    const left = pinnedLine === null ? 0 : (free.get(pinnedLine) ?? 0);
    if (pinnedLine === null || left === 0) return [];
    free.set(pinnedLine, left - 1);
    return [{ contactId, lineId: pinnedLine, reason: "only_line" }];
  });
  const others = people.filter(({ pinnedLine }) => pinnedLine === null);
  const granted = lines.map((line) => ({ ...line, granted: free.get(line.lineId) ?? 0, remaining24h: null }));
  const places = spread(others.length, granted).map((share) => ({ ...share, left: share.count }));
  let turn = 0;
  const shared = others.flatMap(({ contactId }): Assignment[] => {
    const open = places.filter(({ left }) => left > 0);
    const place = open[turn++ % Math.max(1, open.length)];
    if (!place) return [];
    place.left -= 1;
    return [{ contactId, lineId: place.lineId, reason: place.reason }];
  });
  return [...tied, ...shared];
}

function fewLines({ now, prospect, lines }: TickSnapshot): TickPlan["fewLines"] {
  if (!prospect) return null;
  const healthy = lines.filter((line) => {
    const found = usability(line, now);
    // A spent limit belongs to the portfolio; the line itself is well.
    return found.usable || found.reason === "limit_spent";
  }).length;
  // With none it does not go on, and what it waits for is told apart.
  return healthy > 0 && healthy < MIN_PROSPECT_LINES ? { healthy, all: lines.length } : null;
}
