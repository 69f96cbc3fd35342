import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withSendQueues } from "../../test/bench/send-queues.ts";
import { root } from "../lib/groups.mjs";

/**
 * The product's own configuration, derived each time so that it can't fall behind: from another folder, perhaps with
 * another entry and another number of `sends` queues.
 * @param entry the Worker's main file
 * @param queues how many `sends` queues; what wrangler.toml has when left out
 */
export function writeConfig(file, { entry = "worker/index.ts", queues } = {}) {
  let text = readFileSync(join(root, "wrangler.toml"), "utf8");
  const paths = { "worker/index.ts": entry, migrations: "migrations" };
  for (const [was, is] of Object.entries(paths)) {
    if (!text.includes(`= "${was}"`)) throw new Error(`wrangler.toml names no "${was}" any more`);
    text = text.replace(`= "${was}"`, `= "${join(root, is)}"`);
  }
  if (queues !== undefined) text = withSendQueues(text, queues);
  writeFileSync(file, text);
  return file;
}
