import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./groups.mjs";

/**
 * The product's own configuration, derived each time so that it can't fall behind: from another folder, perhaps with
 * another entry and with more that is changed.
 * @param entry the Worker's main file
 * @param edit changes the text further
 */
export function writeConfig(file, { entry = "worker/index.ts", edit = (text) => text } = {}) {
  let text = readFileSync(join(root, "wrangler.toml"), "utf8");
  const paths = { "worker/index.ts": entry, migrations: "migrations" };
  for (const [was, is] of Object.entries(paths)) {
    if (!text.includes(`= "${was}"`)) throw new Error(`wrangler.toml names no "${was}" any more`);
    text = text.replace(`= "${was}"`, `= "${join(root, is)}"`);
  }
  writeFileSync(file, edit(text));
  return file;
}
