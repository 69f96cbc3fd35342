// `npm run bench -- <part>`: measures the whole system on this machine. Seeded; prints a table and, with --json, the same as JSON.
import { fileURLToPath } from "node:url";
import { ensureInstalled, fail, runUnderOwnNode } from "./lib/install.mjs";

/** Each with the minutes after which it is ended, whatever it is at. */
const PARTS = {
  lines: 30,
  ramp: 15,
  stall: 60,
  ceiling: 20,
  peer: 20,
  many: 30,
  webhooks: 20,
  growth: 90,
  bill: 20,
  hangs: 30,
  import: 40,
  export: 60,
  search: 30,
  audience: 30,
};

await ensureInstalled();
if (!(await runUnderOwnNode(fileURLToPath(import.meta.url)))) {
  const [part, ...flags] = process.argv.slice(2);
  if (!Object.hasOwn(PARTS, part)) fail(`Which part? npm run bench -- ${Object.keys(PARTS).join(" | ")}`);
  const { readOptions } = await import("./bench/options.mjs");
  const { print } = await import("./bench/figures.mjs");
  const { measure } = await import(`./bench/${part}.mjs`);
  const limit = setTimeout(() => {
    console.error(`\n${part} was not done within ${PARTS[part]} minutes.`);
    // As if somebody had ended it: what it started and wrote goes with it.
    process.kill(process.pid, "SIGTERM");
  }, PARTS[part] * 60_000);
  try {
    const options = readOptions(flags);
    const figures = await measure(options);
    if (options.json) console.log(JSON.stringify(figures, null, 2));
    else print(figures);
  } catch (error) {
    fail(error.stack ?? String(error));
  }
  clearTimeout(limit);
  process.exit(0);
}
