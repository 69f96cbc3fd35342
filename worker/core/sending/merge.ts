import type { RecipientStatus } from "./recipient.ts";

const WAITS: readonly RecipientStatus[] = ["pending", "queued", "sending", "unknown"];
/** A message has left, or may have. */
const WRITTEN_TO: readonly RecipientStatus[] = ["queued", "sending", "unknown", "sent", "delivered", "read"];

/**
 * Whether a campaign under way would do somebody wrong if the `merged` contact became the `kept` one now: one that waits
 * as the merged alone would get nothing, one that waits as the kept would be written to again. Null: not a recipient.
 */
export function mergeHarms(kept: RecipientStatus | null, merged: RecipientStatus | null): boolean {
  if (merged === null) return false;
  const isLost = WAITS.includes(merged) && kept === null;
  const isTwice = WRITTEN_TO.includes(merged) && kept !== null && WAITS.includes(kept);
  return isLost || isTwice;
}
