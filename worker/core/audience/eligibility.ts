import { parsePhone } from "#core/shared/phone.ts";
import type { AudienceFilter, Contact } from "./contact.ts";
import { EXCLUSIONS, type Exclusion } from "./exclusion.ts";
import { matchesFilter } from "./filter.ts";

/** What the decision needs beside the contact; the caller looks it up. */
export interface EligibilityContext {
  /** The number or the person stands on the opt-out list, whatever the contact's own record says. */
  optedOut: boolean;
  /** Two campaigns could not reach the number, and the person has not written to us since. */
  unreachable: boolean;
  /** In service now, or recently enough, and the campaign leaves such people out. */
  inService: boolean;
  /** An earlier member of this audience has the same phone. */
  seenBefore: boolean;
  /** Keys of template variables without a value. A function is called only when nothing else excludes the contact. */
  missingVariables: string[] | (() => string[]);
  filter: AudienceFilter | null;
}

/**
 * Why this contact gets nothing, or null when the message may go. The first reason in this order wins, so consent is
 * always the one shown. A stored phone that is not in canonical form counts as invalid: it could escape the opt-out
 * list and the duplicate check.
 */
export function decide(contact: Contact, context: EligibilityContext): Exclusion | null {
  if (contact.optInStatus === "unknown") return "noOptIn";
  if (contact.optInStatus !== "granted" || context.optedOut) return "optedOut";
  if (!isCanonical(contact.phone)) return "invalidPhone";
  if (context.unreachable) return "unreachable";
  if (context.seenBefore) return "duplicate";
  if (context.inService) return "inService";
  if (!matchesFilter(contact, context.filter)) return "filtered";
  const missing =
    typeof context.missingVariables === "function" ? context.missingVariables() : context.missingVariables;
  return missing.length > 0 ? "missingVariable" : null;
}

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
