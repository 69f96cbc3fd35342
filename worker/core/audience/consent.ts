import type { ConsentStatus } from "./contact.ts";

/** By which way a word of consent reached us. `meta`: what Meta tells of its own, such as its "stop promotions". */
export const CONSENT_CHANNELS = ["whatsapp", "import", "api", "screen", "meta"] as const;
export type ConsentChannel = (typeof CONSENT_CHANNELS)[number];

/** Characters of what a person wrote or agreed to that are kept as proof. */
export const LONGEST_WORDING = 1_000;

/** What we know of a person's consent. Instants in milliseconds. */
export interface Consent {
  status: ConsentStatus;
  /** When the consent that counts was given; null while there is none, or when nobody knows the date. */
  yesAt: number | null;
  /** When the person said no last; null when never. */
  noAt: number | null;
}

/** What somebody says, or is said to have said. */
export interface ConsentWord {
  says: "yes" | "no";
  /** Said to us just now, or then (ms); null when nobody knows when. */
  at: number | "now" | null;
}

export const NO_WORD_YET: Consent = { status: "unknown", yesAt: null, noAt: null };

/**
 * The rule of consent, the same at every entry point.
 *
 * - A no always counts, also that of somebody whom we know nothing else of. Without a date it is said now; so is one
 *   that is dated before the yes we know, since then the date is not that of the no.
 * - After a no only a yes with a date lifts it, and only one that is newer than the last no.
 * - A yes without a date counts while nobody has said anything, and stays without one: a date is never made up.
 * - A yes with a date brings the proof up to date when it is newer than the one we have, or when that has no date.
 *
 * @param now ms; a date after it is none
 * @returns the same object when the word changes nothing
 */
export function afterWord(consent: Consent, { says, at }: ConsentWord, now: number): Consent {
  const saidAt = at === "now" ? now : at !== null && at <= now ? at : null;
  if (says === "no") {
    const isOlderThanYes = consent.status === "granted" && saidAt !== null && saidAt < (consent.yesAt ?? 0);
    const noAt = Math.max(consent.noAt ?? 0, saidAt === null || isOlderThanYes ? now : saidAt);
    return consent.status === "revoked" && consent.noAt === noAt ? consent : { ...consent, status: "revoked", noAt };
  }
  return grants(consent, at === "now" ? "now" : saidAt, now)
    ? { ...consent, status: "granted", yesAt: saidAt }
    : consent;
}

/**
 * What two contacts have said that turn out to be one person: the words of both, in the order in which they were said. A
 * no wins a tie, and a yes without a date comes before all others.
 */
export function consentOfBoth(one: Consent, other: Consent, now: number): Consent {
  if (other.status === "unknown") return one;
  if (one.status === "unknown") return other;
  const words = [one, other].flatMap(({ status, yesAt, noAt }) => [
    ...(status === "granted" || yesAt !== null ? [{ says: "yes" as const, at: yesAt, place: yesAt ?? 0 }] : []),
    ...(status === "revoked" || noAt !== null ? [{ says: "no" as const, at: noAt, place: noAt ?? now }] : []),
  ]);
  return words
    .sort((a, b) => a.place - b.place || (a.says === b.says ? 0 : a.says === "yes" ? -1 : 1))
    .reduce((consent, word) => afterWord(consent, word, now), NO_WORD_YET);
}

function grants({ status, yesAt, noAt }: Consent, at: number | "now" | null, now: number): boolean {
  if (status === "unknown") return true;
  if (at === null) return false;
  if (status === "granted") return yesAt === null || (at === "now" ? now : at) > yesAt;
  // What is said to us now comes after all that we have heard, even within the same millisecond.
  return at === "now" || noAt === null || at > noAt;
}
