import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../lib/groups.mjs";
import { migrate, statePath } from "../lib/stack.mjs";

/** Tables without rows. Wrangler starts a runtime per migration, so what these migrations made is kept and copied. */
export async function emptyTables(stack) {
  const kept = join(root, ".wrangler/bench/migrated", fingerprint());
  if (existsSync(kept)) {
    cpSync(kept, statePath(stack), { recursive: true });
    return;
  }
  await migrate(stack);
  // Moved into place in one step: another bench may be doing the same.
  const copy = `${kept}-${process.pid}`;
  mkdirSync(dirname(kept), { recursive: true });
  cpSync(statePath(stack), copy, { recursive: true });
  if (existsSync(kept)) rmSync(copy, { recursive: true });
  else renameSync(copy, kept);
}

function fingerprint() {
  const hash = createHash("sha256");
  const folder = join(root, "migrations");
  const files = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  for (const name of files.sort()) hash.update(name).update(readFileSync(join(folder, name)));
  // The folder of a local database is named by its id.
  return hash
    .update(readFileSync(join(root, "wrangler.toml")))
    .digest("hex")
    .slice(0, 16);
}
