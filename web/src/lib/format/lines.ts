import type { Line } from "$lib/api/types.ts";
import { formatPhone } from "./phone.ts";

/** What people call a line; lines that have since been removed keep their id. */
export function lineName(lines: readonly Line[], lineId: string): string {
  const line = lines.find((candidate) => candidate.id === lineId);
  if (!line) return lineId;
  const number = formatPhone(line.displayPhoneNumber);
  if (!line.name) return number;
  // All numbers of a business may carry its one verified name: then the number, or at last the id, tells them apart.
  const isShared = lines.some((other) => other.id !== line.id && other.name === line.name);
  return isShared ? `${line.name} · ${number || line.id.slice(-6)}` : line.name;
}
