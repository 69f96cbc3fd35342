// `npm run bench -- <part>`: measures the whole system on this machine. Seeded; prints a table and, with --json, the same as JSON.
import { fileURLToPath } from "node:url";
import { ensureInstalled, fail, runUnderOwnNode } from "./lib/install.mjs";

const PARTS = ["lines", "hangs", "import", "export"];

await ensureInstalled();
if (!(await runUnderOwnNode(fileURLToPath(import.meta.url)))) {
  const [part, ...flags] = process.argv.slice(2);
  if (!PARTS.includes(part)) fail(`Which part? npm run bench -- ${PARTS.join(" | ")}`);
  const { measure } = await import(`./bench/${part}.mjs`);
  const figures = await measure(flags);
  if (flags.includes("--json")) console.log(JSON.stringify(figures, null, 2));
  else
    for (const [name, value, how] of figures) console.log(`${name.padEnd(38)} ${String(value).padStart(14)}   ${how}`);
  process.exit(0);
}
