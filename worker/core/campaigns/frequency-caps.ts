import { DAY_MS } from "#core/shared/time.ts";

export const CAP_CATEGORIES = ["marketing", "utility", "any"] as const;

/** No more messages than this to one person within so many days, over all campaigns. */
export interface FrequencyCap {
  /** Which messages it counts, and which it holds back; `any`: all of them. */
  category: (typeof CAP_CATEGORIES)[number];
  messages: number;
  days: number;
}

/** Each is asked of each person. */
export const MOST_CAPS = 5;
/** The smallest and the largest number that each takes. */
export const CAP_LIMITS = { messages: [1, 100], days: [1, 365] } as const;

/** A cap as it is asked of a person: were there `messages` of this category (null: of any) after `since` (ms)? */
export interface AppliedCap {
  category: string | null;
  messages: number;
  since: number;
}

/** Those that hold for messages of a category. @param at when they are to leave, ms: days count back from there */
export const capsFor = (caps: readonly FrequencyCap[], category: string, at: number): AppliedCap[] =>
  caps
    .filter((cap) => cap.category === "any" || cap.category === category.toLowerCase())
    .map(({ category, messages, days }) => ({
      category: category === "any" ? null : category,
      messages,
      since: at - days * DAY_MS,
    }));
