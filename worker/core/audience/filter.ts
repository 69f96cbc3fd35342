import type { AttributeFilter, AudienceFilter, Contact } from "./contact.ts";

/** True when the contact passes every condition; an absent filter and an empty list of tags ask for nothing. */
export function matchesFilter(contact: Contact, filter: AudienceFilter | null): boolean {
  if (filter === null) return true;
  const any = foldTags(filter.hashtagsAny);
  const all = foldTags(filter.hashtagsAll);
  const none = foldTags(filter.hashtagsNone);
  if (any.length > 0 || all.length > 0 || none.length > 0) {
    const tags = new Set(foldTags(contact.hashtags));
    if (any.length > 0 && !any.some((tag) => tags.has(tag))) return false;
    if (!all.every((tag) => tags.has(tag))) return false;
    if (none.some((tag) => tags.has(tag))) return false;
  }
  return (filter.attributes ?? []).every((condition) => matchesAttribute(contact.attributes, condition));
}

/** The form in which hashtags are compared: no leading `#`, no case, no accents. `#Cobrança` gives `cobranca`. */
export function foldTag(text: string): string {
  return foldText(text).replace(/^[#\s]+/, "");
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

/**
 * A number as it stands in a spreadsheet: `1.234,56`, `1234.56`, `1,234.56`, `R$ 90`, `10%`. The separator that comes
 * last is the decimal one, but for one that only groups thousands: `1.234` is Brazilian for 1234, `0.125` is not.
 */
export function readNumber(text: string): number | null {
  const match = /^([+-]?)\s*(?:R\$\s*)?([+-]?)(\d[\d.,]*)\s*%?$/i.exec(text.trim());
  const digits = match?.[3];
  if (match === null || digits === undefined || (match[1] && match[2])) return null;
  const plain = plainDecimal(digits);
  if (plain === null) return null;
  return match[1] === "-" || match[2] === "-" ? -Number(plain) : Number(plain);
}

function plainDecimal(digits: string): string | null {
  if (/^\d+$/.test(digits)) return digits;
  if (/^[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$/.test(digits)) return digits.replaceAll(".", "").replace(",", ".");
  if (/^[1-9]\d{0,2}(?:,\d{3})+\.\d+$|^[1-9]\d{0,2}(?:,\d{3}){2,}$/.test(digits)) return digits.replaceAll(",", "");
  return /^\d+[.,]\d+$/.test(digits) ? digits.replace(",", ".") : null;
}

/**
 * A day or an instant in milliseconds: `2026-12-01`, `2026-12-01 10:00:00`, `2026-12-01T10:00:00-03:00`, `01/12/2026`,
 * `01/12/2026 10:00`. Without an offset it is read as UTC, which is right whenever both sides are written alike.
 */
export function readDate(text: string): number | null {
  const trimmed = text.trim();
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](.+))?$/.exec(trimmed);
  if (iso) return instant(iso[1], iso[2], iso[3], iso[4]);
  const brazilian = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:[T ]+(.+))?$/.exec(trimmed);
  return brazilian ? instant(brazilian[3], brazilian[2], brazilian[1], brazilian[4]) : null;
}

function instant(year: string | undefined, month: string | undefined, day: string | undefined, time?: string) {
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const date = new Date(midnight);
  // Date.UTC turns 31/02 into March.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return null;
  if (time === undefined) return midnight;
  const offset = timeOfDay(time);
  return offset === null ? null : midnight + offset;
}

/** Milliseconds from UTC midnight of the written day. */
function timeOfDay(time: string): number | null {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?:Z|([+-])(\d{2}):?(\d{2}))?$/i.exec(time);
  if (match === null) return null;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const milliseconds = Number((match[4] ?? "0").padEnd(3, "0").slice(0, 3));
  const zoneMinutes = Number(`${match[5] ?? "+"}1`) * (Number(match[6] ?? 0) * 60 + Number(match[7] ?? 0));
  return ((hour * 60 + minute - zoneMinutes) * 60 + second) * 1000 + milliseconds;
}

function foldTags(tags: string[] | undefined): string[] {
  return (tags ?? []).map(foldTag).filter((tag) => tag !== "");
}

function foldText(text: string): string {
  if (/^[a-z0-9_-]*$/.test(text)) return text;
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
