import { z } from "zod";
import { DAY_MS } from "#core/shared/time.ts";

/**
 * The pieces that Meta's webhooks are made of, read so that one odd field never costs the update it stands in: an
 * optional field that is missing or of the wrong kind is null.
 */

const MAX_ID_CHARS = 512;
const MAX_NOTE_CHARS = 1_000;
/** The year 2286; until then seconds have ten digits. */
const LAST_SECOND = 10_000_000_000;

/** Ids are strings in most places and JSON integers in some (templates). Required: nothing can be done without it. */
export const id = z.union([z.string().min(1).max(MAX_ID_CHARS), z.int().transform(String)]);
export const optionalId = nullWhenOdd(id);

/** Names, reasons, event words. */
export const word = z.string().min(1).max(MAX_ID_CHARS);
export const optionalWord = nullWhenOdd(word);

/** Meta's explanations, cut to what somebody may read. */
export const optionalNote = nullWhenOdd(z.string().transform((note) => note.slice(0, MAX_NOTE_CHARS)));

/** What a person wrote, in full. */
export const optionalText = nullWhenOdd(z.string());

/** Meta's error codes. */
export const wholeNumber = z.union([
  z.int(),
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
]);

export const optionalNumber = nullWhenOdd(
  z.union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,16}$/)
      .transform(Number),
  ]),
);

export const optionalFlag = nullWhenOdd(z.boolean());

/** An object, or null: use it for parts that may be absent. */
export const optionalObject = <T extends z.ZodRawShape>(shape: T) => nullWhenOdd(z.object(shape));

/** A list of whatever it holds; each item is read on its own. */
export const list = z
  .array(z.unknown())
  .nullish()
  .catch(null)
  .transform((items) => items ?? []);

function nullWhenOdd<T extends z.ZodType>(schema: T) {
  return schema
    .nullish()
    .catch(null)
    .transform((value) => value ?? null);
}

/**
 * Meta's seconds, as a string or a number, in ms. Falls back to `receivedAt` when the field is missing or can't be
 * true: nothing that we hear of happens later than tomorrow, and a date beyond the calendar would break its readers.
 */
export function instantOf(seconds: number | null, receivedAt: number): number {
  if (seconds === null) return receivedAt;
  const at = Math.round(seconds * 1_000);
  return at > 0 && at <= receivedAt + DAY_MS ? at : receivedAt;
}

/** Seconds of something announced for later, in ms; null when none is given or it is off the calendar. */
export function laterInstantOf(seconds: number | null): number | null {
  return seconds !== null && seconds > 0 && seconds < LAST_SECOND ? Math.round(seconds * 1_000) : null;
}

/** `en-US`, `en_us` and `en_US` are one language to us, written as the REST API does. */
export function foldLanguage(code: string): string {
  const [language = "", ...rest] = code.trim().split(/[-_]/);
  return [language.toLowerCase(), ...rest.map((part) => part.toUpperCase())].join("_");
}
