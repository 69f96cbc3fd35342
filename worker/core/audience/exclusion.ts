/** Why a member of the audience gets nothing. The first eight are decided before launch, the rest later. */
export const SKIP_REASONS = [
  "noOptIn",
  "optedOut",
  "invalidPhone",
  "unreachable",
  "duplicate",
  "inService",
  "filtered",
  "missingVariable",
  "contactDeleted",
  "cancelled",
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** Why somebody is excluded from campaigns under way: consent has ended, or the contact was deleted. */
export type LateExclusion = Extract<SkipReason, "optedOut" | "contactDeleted">;

/** Buckets of people who are left out, as the preflight and the report name them. */
export const EXCLUSIONS = [
  "noOptIn",
  "optedOut",
  "invalidPhone",
  "unreachable",
  "duplicate",
  "inService",
  "filtered",
  "missingVariable",
] as const satisfies readonly SkipReason[];

export type Exclusion = (typeof EXCLUSIONS)[number];
