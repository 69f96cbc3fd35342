/** How many different users a business portfolio may write to first in a moving 24 hours. */
export type MessagingLimit = number | "unlimited";

/** A limit nobody has told us counts as Meta's first step. */
export const UNKNOWN_LIMIT: MessagingLimit = 250;

const UNITS: Record<string, number> = { "": 1, K: 1_000, M: 1_000_000 };

/**
 * Reads every form in which Meta names the limit: `TIER_250`, `TIER_2K`, `TIER_UNLIMITED` (number, WABA and business
 * fields), 2000 or "2000" (webhook `business_capability_update`), -1 for no limit (the same webhook's older form).
 * Null for `TIER_NOT_SET` and for what is not understood: the caller keeps what it knew.
 */
export function parseLimit(value: unknown): MessagingLimit | null {
  if (typeof value !== "number" && typeof value !== "string") return null;
  const text = String(value).trim().toUpperCase();
  if (text === "-1" || text === "TIER_UNLIMITED" || text === "UNLIMITED") return "unlimited";
  const match = /^(?:TIER_)?(\d{1,9})([KM]?)$/.exec(text);
  return match ? Number(match[1]) * (UNITS[match[2] ?? ""] ?? 1) : null;
}

/** How many more users may be written to, never below 0; null when nothing bounds them. */
export function remaining(limit: MessagingLimit, used: number, reserved: number): number | null {
  return limit === "unlimited" ? null : Math.max(0, limit - used - reserved);
}
