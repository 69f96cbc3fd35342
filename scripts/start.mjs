// `npm start`: everything on this machine. Installs, migrates, builds, starts API, web and Graph simulator, fills in a
// demo tenant, prints one table, and ends all of it on Ctrl-C.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled, fail, runUnderOwnNode } from "./lib/install.mjs";

ensureInstalled();
if (!runUnderOwnNode(fileURLToPath(import.meta.url))) await main();

async function main() {
  // Imported late: before the installation there is nothing to import.
  const { buildAll } = await import("./lib/build.mjs");
  const stackLib = await import("./lib/stack.mjs");
  const { hasTenant, knowsAccounts, seedDemo, seedGraph, seedTenant } = await import("./lib/seed.mjs");
  const flags = new Set(process.argv.slice(2));
  const stack = stackLib.settings();
  const demoFile = join(stack.base, "demo.json");
  const names = stack.ownGraph ? ["api", "web", "graph"] : ["api", "web"];

  const taken = await stackLib.takenPorts(stack, names);
  if (taken.length > 0) {
    fail(
      `Port ${taken.join(" and ")} is in use by another program. End it, or choose another port, for instance API_PORT=9787 npm start.`,
    );
  }
  if (flags.has("--fresh")) stackLib.forget(stack);

  const say = (text) => console.log(`  ${text}`);
  let ending = false;
  const processes = stackLib.makeProcesses((name, log) => {
    if (!ending) void end(1, `${name} has stopped by itself; its last words are in ${log}`);
  });
  let stopClock = () => {};
  const end = async (code, message) => {
    if (ending) return;
    ending = true;
    if (message) console.error(`\n${message}`);
    stopClock();
    await processes.stopAll();
    process.exit(code);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void end(0));

  try {
    console.log("Starting WhatsApp Campaigns");
    say("Building…");
    await buildAll();
    say("Preparing the database…");
    stackLib.migrate(stack);
    const isNew = !hasTenant(stack);
    const demo = isNew ? await seedTenant(stack) : JSON.parse(readFileSync(demoFile, "utf8"));
    writeDemo(demoFile, stack, demo);
    say("Starting services…");
    if (stack.ownGraph) await stackLib.startGraph(stack, processes);
    if (stack.ownGraph && !isNew && !(await knowsAccounts(stack))) await seedGraph(stack);
    await stackLib.startApi(stack, processes);
    await stackLib.startWeb(stack, processes);
    stopClock = stackLib.startClock(stack);
    if (isNew && !flags.has("--empty")) await seedDemo(stack, demo.apiKey, say);
    printTable(stack, demo);
  } catch (error) {
    await end(1, error instanceof Error ? error.message : String(error));
  }
}

function writeDemo(file, stack, { apiKey, email, password, tenantId }) {
  const { META_APP_SECRET: appSecret, META_VERIFY_TOKEN: verifyToken } = stack.secrets;
  const { webUrl, apiUrl, graphUrl } = stack;
  writeFileSync(
    file,
    JSON.stringify({ webUrl, apiUrl, graphUrl, apiKey, email, password, tenantId, appSecret, verifyToken }, null, 2),
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
