// `npm run test:faults [-- --seed N --campaigns 200 --only K]`: campaigns by the hundred while Meta misbehaves and the
// system is killed again and again; then every recipient is compared with what the Graph simulator has on record.
import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ensureInstalled, fail, runUnderOwnNode } from "./lib/install.mjs";

const PORTS = { API_PORT: "9787", WEB_PORT: "9788", GRAPH_PORT: "9789" };
const MOST_DIFFERENCES_SHOWN = 10;

await ensureInstalled();
if (!(await runUnderOwnNode(fileURLToPath(import.meta.url)))) {
  const { values } = parseArgs({
    options: {
      seed: { type: "string" },
      campaigns: { type: "string", default: "200" },
      only: { type: "string" },
      kinds: { type: "string" },
    },
  });
  const seed = values.seed ?? String(randomInt(1, 1_000_000));
  console.log(
    `Seed ${seed}, ${values.campaigns} campaigns. Again: npm run test:faults -- --seed ${seed} --campaigns ${values.campaigns}`,
  );
  const { planOf } = await import("./faults/plan.mjs");
  const { startStack, furnish } = await import("./faults/fixture.mjs");
  const { Killer } = await import("./faults/killer.mjs");
  const { runAll, verdict } = await import("./faults/soak.mjs");
  const { figuresOf } = await import("./faults/figures.mjs");

  const startedAt = Date.now();
  const plan = planOf(seed, Number(values.campaigns), values.kinds ? { kinds: values.kinds.split(",") } : {});
  const campaigns = values.only ? plan.campaigns.filter(({ index }) => index === Number(values.only)) : plan.campaigns;
  const ports = { ...PORTS, ...pick(process.env, PORTS) };
  const system = await startStack({ dir: ".wrangler/faults", ports }).catch((error) => fail(error.message));
  let killer;
  const end = async (code) => {
    killer?.close();
    await system.end();
    process.exit(code);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => end(1));
  try {
    const serverErrors = [];
    const furnished = await furnish(system, plan, (method, path, status, text) =>
      serverErrors.push({ at: Date.now(), method, path, status, text }),
    );
    const fixture = { ...furnished, optOuts: new Map() };
    killer = new Killer({ system, control: fixture.control, seed });
    await killer.open();
    killer.start();
    const say = progress(campaigns.length, killer);
    const runs = await runAll(fixture, plan, campaigns, say);
    await killer.stop();
    const { failures, lost, unheard, duplicates } = await verdict(fixture, runs);
    for (const [name, value] of figuresOf({ runs, killer, startedAt, serverErrors }))
      console.log(`${name.padEnd(52)} ${String(value).padStart(8)}`);
    const twice = duplicates.byCallbackData.length + duplicates.byRecipient.length;
    for (const { run, found } of failures) {
      console.log(
        `\nSeed ${seed}, campaign ${run.campaign.index} (${run.campaign.kind}, ${run.id}): ${found.length} differences`,
      );
      for (const text of found.slice(0, MOST_DIFFERENCES_SHOWN)) console.log(`  ${text}`);
    }
    for (const contactId of lost.slice(0, MOST_DIFFERENCES_SHOWN)) console.log(`${contactId}: its reply is nowhere`);
    for (const contactId of unheard.slice(0, MOST_DIFFERENCES_SHOWN))
      console.log(`${contactId}: asked to stop, and the consent still stands`);
    for (const text of killer.hung) console.log(`a start hung: ${text}`);
    for (const { method, path, status, text } of serverErrors.slice(0, 5))
      console.log(`5xx: ${method} ${path} ${status} ${text.slice(0, 200)}`);
    const wrong = failures.length + twice + lost.length + unheard.length;
    if (wrong > 0)
      console.log(
        `\nSeed ${seed}: ${failures.length} campaigns differ, ${twice} sent twice, ${lost.length} replies lost, ${unheard.length} stops not heard.`,
      );
    else console.log("\nNobody twice, nobody lost, all accounts balanced, all counts as the record has them.");
    await end(wrong > 0 ? 1 : 0);
  } catch (error) {
    console.error(`Seed ${seed}: ${error.stack}`);
    await end(1);
  }
}

function pick(from, names) {
  return Object.fromEntries(Object.keys(names).flatMap((name) => (from[name] ? [[name, from[name]]] : [])));
}

function progress(count, killer) {
  let ended = 0;
  let toldAt = Date.now();
  return ({ campaign, problems }) => {
    ended += 1;
    if (problems.length > 0) console.log(`campaign ${campaign.index} (${campaign.kind}): ${problems[0].slice(0, 300)}`);
    if (Date.now() - toldAt < 15_000 && ended < count) return;
    toldAt = Date.now();
    console.log(`${ended} of ${count} campaigns have ended, ${killer.kills.length} kills`);
  };
}
