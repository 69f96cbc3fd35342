import { parsePhone } from "#core/shared/phone.ts";
import type { AudienceFilter } from "./audience-filter.ts";
import { EXCLUSIONS, type Exclusion, type LateExclusion } from "./exclusion.ts";
import { type FilterSubject, matchesFilter } from "./filter.ts";

/** What may change at any moment after somebody was chosen. */
export interface Standing<Ended extends LateExclusion = LateExclusion> {
  /** Consent has ended, or the contact was deleted, whatever the contact's own record says; null or left out when not. */
  lateExclusion?: Ended | null;
  /** A block of the tenant, or of the campaign's segment, covers the person at this moment; left out when none does. */
  blocked?: boolean;
  /** In service now, or recently enough, and the campaign leaves such people out. */
  inService: boolean;
  /** Other campaigns have written as often as the tenant's caps allow, or are about to; left out when they have not. */
  capped?: boolean;
}

/**
 * Why somebody gets nothing as things stand now, or null when a message may go. The one rule that is asked at each step: by
 * `decide` when the audience is counted or read, when a wave opens, when consent, blocks or service change, and before
 * each further try. Consent comes first.
 */
export const exclusionNow = <Ended extends LateExclusion>({
  lateExclusion = null,
  blocked = false,
  inService,
  capped = false,
}: Standing<Ended>): Ended | "blocked" | "inService" | "frequencyCap" | null =>
  lateExclusion ?? (blocked ? "blocked" : inService ? "inService" : capped ? "frequencyCap" : null);

/** What the decision needs beside the contact; each fact is looked up by the caller. */
export interface EligibilityContext<Ended extends LateExclusion = LateExclusion> extends Standing<Ended> {
  blocked: boolean;
  /** Two campaigns could not reach the number, and the person has not written to us since. */
  unreachable: boolean;
  /** An earlier member of this audience has the same phone. */
  seenBefore: boolean;
  /** Keys of template variables without a value. A function is called only when nothing else excludes the contact. */
  missingVariables: string[] | (() => string[]);
  filter: AudienceFilter | null;
  /** The instant (ms) that the filter's days count back from. */
  now: number;
}

/**
 * Why this contact gets nothing, or null when the message may go. The first reason in this order wins, so consent is
 * always the one shown. A stored phone that is not in canonical form counts as invalid: it could escape the opt-out
 * list and the duplicate check.
 */
export function decide<Ended extends LateExclusion = never>(
  contact: FilterSubject,
  context: EligibilityContext<Ended>,
): Exclusion | Ended | null {
  if (contact.optInStatus === "unknown") return "noOptIn";
  if (contact.optInStatus !== "granted") return "optedOut";
  const now = exclusionNow(context);
  if (now !== null && now !== "inService" && now !== "frequencyCap") return now;
  if (!isCanonical(contact.phone)) return "invalidPhone";
  if (context.unreachable) return "unreachable";
  if (context.seenBefore) return "duplicate";
  if (now === "inService") return now;
  if (!matchesFilter(contact, context.filter, context.now)) return "filtered";
  if (now !== null) return now;
  const missing =
    typeof context.missingVariables === "function" ? context.missingVariables() : context.missingVariables;
  return missing.length > 0 ? "missingVariable" : null;
}

/** What the catalogue's row of a member says. @param served phones of those in service whom the campaign leaves out */
export const memberFacts = (
  {
    phone,
    blocked,
    capped,
    unreachable,
  }: { phone: string | null; blocked: boolean; capped: boolean; unreachable: boolean },
  served: ReadonlySet<string>,
): Pick<EligibilityContext, "blocked" | "capped" | "inService" | "unreachable" | "seenBefore"> => ({
  blocked,
  capped,
  inService: phone !== null && served.has(phone),
  unreachable,
  // One row per person and tenant: the catalogue holds each phone once.
  seenBefore: false,
});

/** An audience counted by outcome: `eligible` and the buckets of `excluded` always add up to `total`. */
export interface AudienceTally {
  total: number;
  eligible: number;
  excluded: Record<Exclusion, number>;
}

export function emptyTally(): AudienceTally {
  const excluded = Object.fromEntries(EXCLUSIONS.map((reason) => [reason, 0])) as Record<Exclusion, number>;
  return { total: 0, eligible: 0, excluded };
}

/** Counts one decision into `tally`. */
export function addToTally(tally: AudienceTally, decision: Exclusion | null): void {
  tally.total += 1;
  if (decision === null) tally.eligible += 1;
  else tally.excluded[decision] += 1;
}

function isCanonical(phone: string | null): boolean {
  if (phone === null) return false;
  const parsed = parsePhone({ number: phone });
  return parsed.ok && parsed.value.e164 === phone;
}
