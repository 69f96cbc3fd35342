import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** When the newest file at or under a path was changed, ms; generated message files don't count. */
export function newestChange(path) {
  if (!existsSync(path) || path.endsWith("lib/paraglide")) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}
