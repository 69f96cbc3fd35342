import { z } from "zod";
import { LEGAL_BASES } from "./legal-basis.ts";

const text = z.string();
/** ISO 8601, UTC. */
const instant = z.string();

/**
 * What happened with a person, with what is to be said of it, each kind from a source of its own. Programs and screens
 * are told of these with their parameters, and word them themselves.
 */
export const timelineEvent = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("created") }),
  /** A file brought the person, or changed them. */
  z.object({
    kind: z.literal("imported"),
    importId: text,
    audienceId: text,
    /** Null when the audience is gone. */
    audienceName: text.nullable(),
    legalBasis: z.enum(LEGAL_BASES).nullable(),
  }),
  /** `saidAt`: null when nobody knows. */
  z.object({
    kind: z.literal("consent"),
    status: z.enum(["granted", "revoked", "unknown"]),
    source: text.nullable(),
    reason: text.nullable(),
    saidAt: instant.nullable(),
  }),
  /** A block that covers the person, or did until its end. */
  z.object({
    kind: z.literal("blocked"),
    blockId: text,
    reason: text,
    segmentId: text.nullable(),
    until: instant.nullable(),
  }),
  /** A campaign's message, with when it came to what; an instant is null until it is known. */
  z.object({
    kind: z.literal("message"),
    campaignId: text,
    /** Null when the campaign is gone. */
    campaignName: text.nullable(),
    sentAt: instant.nullable(),
    deliveredAt: instant.nullable(),
    readAt: instant.nullable(),
    repliedAt: instant.nullable(),
    failedAt: instant.nullable(),
  }),
  z.object({ kind: z.literal("attendance_opened"), attendanceId: text, channel: z.enum(["idr", "operation"]) }),
  z.object({ kind: z.literal("attendance_closed"), attendanceId: text, channel: z.enum(["idr", "operation"]) }),
  /** By hand or by a program. */
  z.object({ kind: z.literal("edited"), fields: z.array(text), by: z.enum(["user", "program"]) }),
  /** Another contact turned out to be the same person. */
  z.object({ kind: z.literal("merged"), contactId: text, by: z.enum(["user", "program"]) }),
]);
export type TimelineEvent = z.infer<typeof timelineEvent>;
export type TimelineKind = TimelineEvent["kind"];

/** What the timeline can be narrowed to. */
export const TIMELINE_GROUPS = {
  messages: ["message"],
  imports: ["created", "imported"],
  consent: ["consent"],
  blocks: ["blocked"],
  attendances: ["attendance_opened", "attendance_closed"],
  edits: ["edited", "merged"],
} as const satisfies Record<string, readonly TimelineKind[]>;
export type TimelineGroup = keyof typeof TIMELINE_GROUPS;
export const TIMELINE_GROUP_NAMES = Object.keys(TIMELINE_GROUPS) as [TimelineGroup, ...TimelineGroup[]];

/** Where in a timeline an entry stands. Of one instant the ids decide, so no two stand at the same place. */
export interface TimelinePlace {
  at: number;
  id: string;
}
export interface TimelineEntry extends TimelinePlace {
  happened: TimelineEvent;
}

const newestFirst = (a: TimelinePlace, b: TimelinePlace) => b.at - a.at || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

/**
 * One page of several sources.
 *
 * @param sources each the newest first, `limit + 1` entries that come after the place where the page begins, or all there are
 */
export function timelinePage<Entry extends TimelinePlace>(
  sources: readonly (readonly Entry[])[],
  limit: number,
): { data: Entry[]; nextCursor: string | null } {
  const all = sources.flat().sort(newestFirst);
  const data = all.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: last && all.length > limit ? `${last.at}:${last.id}` : null };
}

/** The place that a page's cursor names: the next page begins after it. */
export function timelinePlace(cursor: string): TimelinePlace {
  const [at = ""] = cursor.split(":", 1);
  return { at: Number(at), id: cursor.slice(at.length + 1) };
}
