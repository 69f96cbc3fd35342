import { z } from "zod";
import { BRAZILIAN_STATES, isAreaCode } from "#core/shared/area-codes.ts";
import { LAST_MESSAGES } from "./last-message.ts";
import { LEGAL_BASES } from "./legal-basis.ts";

/** Attributes a filter may ask about; its SQL has 100 parameters at most (D1), two of them for each. */
const MOST_ATTRIBUTES = 20;
const LONGEST_DAYS = 3_650;

const tags = z.array(z.string().trim().min(1).max(60)).max(50).optional();
const ids = z.array(z.string().max(64)).max(50).optional();
const days = z.number().int().min(0).max(LONGEST_DAYS).optional();

const attributeFilter = z
  .object({
    name: z.string().min(1).max(80),
    op: z.enum(["eq", "neq", "contains", "gt", "gte", "lt", "lte", "empty", "notEmpty"]),
    value: z.string().max(200).optional(),
  })
  .strict();

/**
 * Whom an audience or a campaign takes: all of its conditions hold. One that is left out, or an empty list, asks for
 * nothing. Days count back from the moment of reading.
 */
export const audienceFilter = z
  .object({
    hashtagsAny: tags,
    hashtagsAll: tags,
    hashtagsNone: tags,
    attributes: z.array(attributeFilter).max(MOST_ATTRIBUTES).optional(),
    optIn: z
      .object({
        status: z
          .array(z.enum(["granted", "revoked", "unknown"]))
          .max(3)
          .optional(),
        /** Consent that holds and was given longer ago than so many days. */
        grantedBeforeDays: days,
        /** Consent that holds and was given within so many days. */
        grantedAfterDays: days,
      })
      .strict()
      .optional(),
    /** Area codes of Brazilian phones. */
    ddd: z
      .array(z.string().refine(isAreaCode, { message: "not an area code of Brazil" }))
      .max(67)
      .optional(),
    /** Brazil's states, by the phone's area code. */
    states: z.array(z.enum(BRAZILIAN_STATES)).max(27).optional(),
    /** Is in an audience of one of these segments that has members of its own. */
    segmentIds: ids,
    /** Is in one of these, and in none of those. Audiences with members of their own: dynamic ones could name each other in a circle. */
    audienceIds: z.object({ in: ids, notIn: ids }).strict().optional(),
    /** Two campaigns could not reach the number, and the person has not written to us since. */
    unreachable: z.boolean().optional(),
    /** On which ground of the LGPD the person's data is used. */
    legalBasis: z.array(z.enum(LEGAL_BASES)).max(LEGAL_BASES.length).optional(),
    /** How far the last message to the person, of whatever campaign, has come; who never got one is in none of these. */
    lastMessage: z.array(z.enum(LAST_MESSAGES)).max(LAST_MESSAGES.length).optional(),
    /** No message left for the person within so many days. */
    notWrittenForDays: days,
    createdWithinDays: days,
    hasEmail: z.boolean().optional(),
    hasDocument: z.boolean().optional(),
  })
  .strict();

/** Whose members are listed one by one, or whoever matches a filter. */
export const AUDIENCE_KINDS = ["fixed", "dynamic"] as const;
export type AudienceKind = (typeof AUDIENCE_KINDS)[number];

export type AudienceFilter = z.infer<typeof audienceFilter>;
export type AttributeFilter = z.infer<typeof attributeFilter>;

/** Whether it lets everybody through, whoever they are. */
export function asksForNothing(filter: AudienceFilter): boolean {
  const asks = (value: unknown): boolean =>
    Array.isArray(value)
      ? value.length > 0
      : typeof value === "object" && value !== null
        ? Object.values(value).some(asks)
        : value !== undefined;
  return !asks(filter);
}

/** What a filter, or several, ask about that has to be looked up beside the contact. */
export interface AskedAbout {
  audienceIds: string[];
  segmentIds: string[];
  messages: boolean;
}
export function askedAbout(...filters: (AudienceFilter | null)[]): AskedAbout {
  const all = filters.filter((filter) => filter !== null);
  return {
    audienceIds: [
      ...new Set(all.flatMap(({ audienceIds }) => [audienceIds?.in ?? [], audienceIds?.notIn ?? []].flat())),
    ],
    segmentIds: [...new Set(all.flatMap(({ segmentIds }) => segmentIds ?? []))],
    messages: all.some(
      ({ lastMessage = [], notWrittenForDays }) => lastMessage.length > 0 || notWrittenForDays !== undefined,
    ),
  };
}
