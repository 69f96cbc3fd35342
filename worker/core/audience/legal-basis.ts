/**
 * On which ground of the LGPD (art. 7) somebody's data is used, in the order in which Robbu Invenio numbers them as
 * `lgpd_type`, from 1.
 */
export const LEGAL_BASES = [
  "consent",
  "legitimate_interest",
  "contract",
  "legal_obligation",
  "vital_interest",
  "public_interest",
  "unknown",
] as const;
export type LegalBasis = (typeof LEGAL_BASES)[number];

/** As long as a person explains why there is no basis that they could name. */
export const LONGEST_BASIS_REASON = 300;

/** Whoever knows of no basis says why the people are imported all the same. */
export const needsReason = (basis: LegalBasis | null | undefined): boolean => basis === "unknown";
