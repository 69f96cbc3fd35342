// `npm start`: everything on this machine. Installs, migrates, builds, starts API, web and Graph simulator, fills in a
// demo tenant, prints one table, and ends all of it on Ctrl-C.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { announce, earlierOnes, endAll } from "./lib/groups.mjs";
import { ensureInstalled, fail, onEnd, runUnderOwnNode } from "./lib/install.mjs";
import { STATE_FOLDER } from "./lib/stack.mjs";
import { writeWhole } from "./lib/write-whole.mjs";

await beTheOnlyOne();
await ensureInstalled();
if (!(await runUnderOwnNode(fileURLToPath(import.meta.url)))) await main();

/** Two would write to the same databases, on whatever ports. */
async function beTheOnlyOne() {
  announce({ what: `npm start ${STATE_FOLDER}` });
  const others = await earlierOnes();
  if (others.length === 0) return;
  const webUrl = others.find((other) => other.webUrl)?.webUrl;
  fail(
    `npm start is running already from this folder${webUrl ? `: ${webUrl}` : ""}. Use that one, or end it: Ctrl-C where it runs, or kill ${others[0].pid}`,
  );
}

async function main() {
  // Imported late: before the installation there is nothing to import.
  const { buildAll } = await import("./lib/build.mjs");
  const stackLib = await import("./lib/stack.mjs");
  const { demoTenant, knowsAccounts, renewDemo, seedDemo, seedGraph, seedTenant } = await import("./lib/seed.mjs");
  const flags = new Set(process.argv.slice(2));
  const stack = stackLib.settings();
  const demoFile = join(stack.base, "demo.json");
  /** There while a demo is being made: what a start leaves that was ended in the middle is no demo. */
  const unfinished = join(stack.base, "demo-unfinished");

  let ending = false;
  let stopClock = () => {};
  const end = async (code, message) => {
    if (ending) return;
    ending = true;
    if (message) console.error(`\n${message}`);
    stopClock();
    await endAll();
    process.exit(code);
  };
  onEnd(() => void end(0));
  const say = (text) => {
    if (!ending) console.log(`  ${text}`);
  };
  const processes = stackLib.makeProcesses((name, log) => {
    void end(1, `${name} has stopped by itself; its last words are in ${log}`);
  }, stack);

  try {
    const ports = stack.ownGraph ? ["api", "web", "graph"] : ["api", "web"];
    await stackLib.claimPorts(stack, ports, "API_PORT=9787 WEB_PORT=9788 GRAPH_PORT=9789 npm start");
    announce({ webUrl: stack.webUrl });
    console.log("Starting WhatsApp Campaigns");
    if (flags.has("--fresh")) stackLib.forget(stack);
    else if (existsSync(unfinished)) {
      say("The last start was ended before its demo was complete: making it anew…");
      stackLib.forget(stack);
    }
    say("Building…");
    await buildAll();
    say("Preparing the database…");
    await stackLib.migrate(stack);
    const tenant = await demoTenant(stack);
    if (!tenant) writeFileSync(unfinished, "");
    const demo = tenant ? (readDemo(demoFile, tenant) ?? (await renewDemo(stack, tenant))) : await seedTenant(stack);
    say("Starting services…");
    if (stack.ownGraph) await stackLib.startGraph(stack, processes);
    if (stack.ownGraph && tenant && !(await knowsAccounts(stack))) await seedGraph(stack);
    await stackLib.startApi(stack, processes);
    await stackLib.startWeb(stack, processes);
    stopClock = stackLib.startClock(stack);
    if (!tenant && !flags.has("--empty")) await seedDemo(stack, demo.apiKey, say);
    rmSync(unfinished, { force: true });
    writeDemo(demoFile, stack, demo);
    printTable(stack, demo);
  } catch (error) {
    await end(1, error instanceof Error ? error.message : String(error));
  }
}

/** What an earlier start wrote, if it is of the tenant that is there now. */
function readDemo(file, { tenantId }) {
  try {
    const demo = JSON.parse(readFileSync(file, "utf8"));
    return demo.tenantId === tenantId ? demo : null;
  } catch {
    return null;
  }
}

/** Last of all and whole: whoever finds a new one can use all that it names. */
function writeDemo(file, stack, { apiKey, email, password, tenantId }) {
  const { META_APP_SECRET: appSecret, META_VERIFY_TOKEN: verifyToken } = stack.secrets;
  const { webUrl, apiUrl, graphUrl } = stack;
  writeWhole(
    file,
    JSON.stringify({ webUrl, apiUrl, graphUrl, apiKey, email, password, tenantId, appSecret, verifyToken }, null, 2),
    { mode: 0o600 },
  );
}

function printTable(stack, demo) {
  const rows = [
    ["Web", stack.webUrl],
    ["Login", `${demo.email} / ${demo.password}`],
    ["API", `${stack.apiUrl}  (documentation: ${stack.apiUrl}/docs)`],
    ["API key", demo.apiKey],
    ["Graph", stack.ownGraph ? `${stack.graphUrl}  (simulator)` : stack.graphUrl],
  ];
  const wide = Math.max(...rows.map(([, value]) => value.length));
  const rule = `+${"-".repeat(10)}+${"-".repeat(wide + 2)}+`;
  console.log(`\n${rule}`);
  for (const [name, value] of rows) console.log(`| ${name.padEnd(8)} | ${value.padEnd(wide)} |`);
  console.log(`${rule}\nReady. Ctrl-C ends everything.`);
}
