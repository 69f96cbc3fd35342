/** Buckets of people who are left out before launch, as the preflight and the report name them. */
export const EXCLUSIONS = [
  "noOptIn",
  "optedOut",
  "blocked",
  "invalidPhone",
  "unreachable",
  "duplicate",
  "inService",
  "filtered",
  "frequencyCap",
  "missingVariable",
] as const;
export type Exclusion = (typeof EXCLUSIONS)[number];

/** Why a member of the audience gets nothing: as decided before launch, or later. */
export const SKIP_REASONS = [...EXCLUSIONS, "contactDeleted", "cancelled"] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** Why somebody is excluded from campaigns under way: consent has ended, a block was made, or the contact was deleted. */
export type LateExclusion = Extract<SkipReason, "optedOut" | "blocked" | "contactDeleted">;
