/** Why a person's data is erased. A word and no text: a text would name whom it is about. */
export const ERASURE_REASONS = ["requested", "consent_revoked", "no_longer_needed", "authority"] as const;
export type ErasureReason = (typeof ERASURE_REASONS)[number];

/**
 * Where a person may be found, in the order in which they are taken out. Campaigns under way hear of it before the
 * catalogue forgets the contact, and are searched only afterwards: by then none can read the person from it again.
 */
export const ERASURE_STAGES = ["stop", "catalogue", "campaigns", "portfolios", "sealed", "files"] as const;
export type ErasureStage = (typeof ERASURE_STAGES)[number];

/** What has been done: all stages before this one, and within it everything up to a place of its own order. */
export interface ErasureCursor {
  stage: ErasureStage;
  /** The last thing that is done with, such as a campaign or a file. */
  after: string;
  /** How far the thing behind it was come; empty at its beginning. */
  within: string;
}
export const FIRST_CURSOR: ErasureCursor = { stage: "stop", after: "", within: "" };

/** At the beginning of what comes after a stage; null behind the last. */
export function nextStage({ stage }: ErasureCursor): ErasureCursor | null {
  const next = ERASURE_STAGES[ERASURE_STAGES.indexOf(stage) + 1];
  return next ? { stage: next, after: "", within: "" } : null;
}

/** What is counted of what was found. */
export const FOUND_IN = [
  "contacts",
  "audiences",
  "consentEvents",
  "strikes",
  "sends",
  "attendances",
  "blocks",
  "alerts",
  "auditEntries",
  "campaigns",
  "recipients",
  "portfolioUsers",
  "deadLetters",
  "storedAnswers",
  "files",
  "fileRows",
  "filesRemoved",
] as const;
export type FoundIn = (typeof FOUND_IN)[number];
export type ErasureFound = Partial<Record<FoundIn, number>>;

export function addFound(found: ErasureFound, more: ErasureFound): ErasureFound {
  const sum = { ...found };
  for (const place of FOUND_IN) if (more[place]) sum[place] = (sum[place] ?? 0) + more[place];
  return sum;
}
