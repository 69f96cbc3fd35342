import type { LiveMessage } from "$lib/api/types.ts";

/** Reads what the live connection pushed; null for anything that is not a message with counts. */
export function readLiveMessage(data: unknown): LiveMessage | null {
  if (typeof data !== "string") return null;
  try {
    const message: unknown = JSON.parse(data);
    return isCounts(message) ? message : null;
  } catch {
    return null;
  }
}

function isCounts(message: unknown): message is LiveMessage {
  return (
    typeof message === "object" &&
    message !== null &&
    "type" in message &&
    message.type === "counts" &&
    "counts" in message &&
    message.counts !== null
  );
}
