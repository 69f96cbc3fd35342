import type { Line } from "$lib/api/types.ts";
import { formatPhone } from "./phone.ts";

/** What people call a line; lines that have since been removed keep their id. */
export function lineName(lines: readonly Line[], lineId: string): string {
  const line = lines.find((candidate) => candidate.id === lineId);
  if (!line) return lineId;
  return line.name || formatPhone(line.displayPhoneNumber);
}
