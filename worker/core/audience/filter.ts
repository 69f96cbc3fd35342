import { areaCodeOf, areaCodesOf } from "#core/shared/area-codes.ts";
import { fold } from "#core/shared/search.ts";
import { DAY_MS } from "#core/shared/time.ts";
import type { AttributeFilter, AudienceFilter } from "./audience-filter.ts";
import type { Contact } from "./contact.ts";
import type { LastMessage } from "./last-message.ts";
import type { LegalBasis } from "./legal-basis.ts";
import { readDate, readNumber } from "./written-values.ts";

/** What a filter may ask of somebody beside the contact; looked up by the caller. */
export interface FilterFacts {
  optInAt: number | null;
  createdAt: number;
  /** Two campaigns could not reach the number, and the person has not written to us since. */
  unreachable: boolean;
  /** Of the audiences and segments that the filter names, those whose member the person is. */
  audienceIds: readonly string[];
  segmentIds: readonly string[];
  legalBasis: LegalBasis | null;
  /** The last message that left for the person: how far it has come, and when it left. Null when none did, or nobody asks. */
  lastMessage: LastMessage | null;
  lastSentAt: number | null;
}
export type FilterSubject = Contact & FilterFacts;

type Condition = (subject: FilterSubject, filter: AudienceFilter, now: number) => boolean;

const CONDITIONS: Record<keyof AudienceFilter, Condition> = {
  hashtagsAny: ({ hashtags }, { hashtagsAny }) => hasTags(hashtags, hashtagsAny, (has, tags) => tags.some(has)),
  hashtagsAll: ({ hashtags }, { hashtagsAll }) => hasTags(hashtags, hashtagsAll, (has, tags) => tags.every(has)),
  hashtagsNone: ({ hashtags }, { hashtagsNone }) => hasTags(hashtags, hashtagsNone, (has, tags) => !tags.some(has)),
  attributes: (subject, { attributes = [] }) =>
    attributes.every((condition) => matchesAttribute(subject.attributes, condition)),
  optIn: ({ optInStatus, optInAt }, { optIn = {} }, now) => {
    const { status = [], grantedBeforeDays, grantedAfterDays } = optIn;
    if (status.length > 0 && !status.includes(optInStatus)) return false;
    if (grantedBeforeDays === undefined && grantedAfterDays === undefined) return true;
    if (optInStatus !== "granted" || optInAt === null) return false;
    return (
      (grantedBeforeDays === undefined || optInAt < daysBefore(now, grantedBeforeDays)) &&
      (grantedAfterDays === undefined || optInAt >= daysBefore(now, grantedAfterDays))
    );
  },
  ddd: ({ phone }, { ddd = [] }) => isAnyOf(areaCodeOf(phone), ddd),
  states: ({ phone }, { states = [] }) => isAnyOf(areaCodeOf(phone), areaCodesOf(states)),
  segmentIds: (subject, { segmentIds = [] }) =>
    segmentIds.length === 0 || segmentIds.some((id) => subject.segmentIds.includes(id)),
  audienceIds: (subject, { audienceIds = {} }) =>
    (!audienceIds.in?.length || audienceIds.in.some((id) => subject.audienceIds.includes(id))) &&
    !audienceIds.notIn?.some((id) => subject.audienceIds.includes(id)),
  unreachable: (subject, { unreachable }) => unreachable === undefined || subject.unreachable === unreachable,
  legalBasis: (subject, { legalBasis = [] }) => isAnyOf(subject.legalBasis, legalBasis),
  lastMessage: (subject, { lastMessage = [] }) => isAnyOf(subject.lastMessage, lastMessage),
  notWrittenForDays: ({ lastSentAt }, { notWrittenForDays: days }, now) =>
    days === undefined || lastSentAt === null || lastSentAt < daysBefore(now, days),
  createdWithinDays: ({ createdAt }, { createdWithinDays }, now) =>
    createdWithinDays === undefined || createdAt >= daysBefore(now, createdWithinDays),
  hasEmail: ({ email }, { hasEmail }) => hasEmail === undefined || (email !== null) === hasEmail,
  hasDocument: ({ document }, { hasDocument }) => hasDocument === undefined || (document !== null) === hasDocument,
};

/**
 * True when all conditions hold at an instant (`now`, ms); an absent filter and an empty list ask for nothing. The same in
 * SQL stands in adapters/d1/audience/filter-sql.ts.
 */
export function matchesFilter(subject: FilterSubject, filter: AudienceFilter | null, now: number): boolean {
  return filter === null || Object.values(CONDITIONS).every((holds) => holds(subject, filter, now));
}

const isAnyOf = (text: string | null, texts: readonly string[]): boolean =>
  texts.length === 0 || (text !== null && texts.includes(text));

/** Where a number of days ends that counts back from `now`. */
export const daysBefore = (now: number, days: number): number => now - days * DAY_MS;

/** The form in which hashtags are compared: no leading `#`, no case, no accents. `#Cobrança` gives `cobranca`. */
export function foldTag(text: string): string {
  return foldText(text).replace(/^[#\s]+/, "");
}

/** The same for a list; what is blank then is none. */
export const foldTags = (tags: readonly string[]): string[] => tags.map(foldTag).filter((tag) => tag !== "");

/** The form in which texts of attributes are compared: no case, no accents, no outer blanks. */
export const foldText = (text: string): string => (/^[a-z0-9_-]*$/.test(text) ? text : fold(text).trim());

function hasTags(
  own: readonly string[],
  wanted: readonly string[] | undefined,
  holds: (has: (tag: string) => boolean, tags: string[]) => boolean,
): boolean {
  const tags = foldTags(wanted ?? []);
  if (tags.length === 0) return true;
  const folded = new Set(foldTags(own));
  return holds((tag) => folded.has(tag), tags);
}

/**
 * One condition on an attribute; the name must be exact. `eq`, `neq` and `contains` compare text without case, accents
 * and outer blanks. The order operators compare numbers with numbers and dates with dates, anything else is false.
 * Of a contact that lacks the attribute only `neq` and `empty` are true.
 */
function matchesAttribute(attributes: Record<string, string>, condition: AttributeFilter): boolean {
  const actual = Object.hasOwn(attributes, condition.name) ? attributes[condition.name] : undefined;
  const wanted = condition.value ?? "";
  switch (condition.op) {
    case "empty":
      return (actual ?? "").trim() === "";
    case "notEmpty":
      return (actual ?? "").trim() !== "";
    case "eq":
      return actual !== undefined && foldText(actual) === foldText(wanted);
    case "neq":
      return actual === undefined || foldText(actual) !== foldText(wanted);
    case "contains":
      return actual !== undefined && foldText(actual).includes(foldText(wanted));
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return actual !== undefined && inOrder(condition.op, compare(actual, wanted));
  }
}

function inOrder(op: "gt" | "gte" | "lt" | "lte", difference: number | null): boolean {
  if (difference === null) return false;
  if (op === "gt") return difference > 0;
  if (op === "gte") return difference >= 0;
  return op === "lt" ? difference < 0 : difference <= 0;
}

/** Positive when `a` comes after `b`; null when they are not of one kind. */
function compare(a: string, b: string): number | null {
  const numberA = readNumber(a);
  const numberB = readNumber(b);
  if (numberA !== null && numberB !== null) return numberA - numberB;
  const dateA = readDate(a);
  const dateB = readDate(b);
  return dateA !== null && dateB !== null ? dateA - dateB : null;
}
