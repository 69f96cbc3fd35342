import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withSendQueues } from "../../test/bench/send-queues.ts";
import { phones, portfolioId, templates, token, wabaId } from "../lib/demo-catalogue.mjs";
import { endAll, root } from "../lib/groups.mjs";
import { onEnd } from "../lib/install.mjs";
import { waitFor } from "../lib/processes.mjs";
import { writeConfig } from "../lib/product-config.mjs";
import { client, seedTenant } from "../lib/seed.mjs";
import * as stackLib from "../lib/stack.mjs";
import { importCsv, peopleCsv } from "./people.mjs";
import { emptyTables } from "./state.mjs";
import { machine, usage } from "./usage.mjs";

/** The platform's cron comes each minute. */
const CLOCK_MS = 60_000;
const LINES = 3;
/** Statuses in one webhook. */
const MOST_IN_A_BODY = 20;

/**
 * A stack of its own on free ports: the API as `npm start` runs it, a light Graph, a tenant with three lines. Always
 * ended, whatever happens in `work`, and when whoever started it ends.
 * @param options.graph see GraphSettings in test/bench/graph/server.ts
 * @param options.lines how many lines; none starts no Graph
 */
export async function withFixture(options, work) {
  const { entry, queues, lines = LINES, graph = {} } = options;
  const [api, web, port] = await freePorts(3);
  const dir = `.wrangler/bench/${process.pid}-${api}`;
  const stack = stackLib.settings({
    dir,
    env: { API_PORT: String(api), WEB_PORT: String(web), GRAPH_PORT: String(port) },
  });
  const processes = stackLib.makeProcesses(undefined, stack);
  const leave = forgetWhenAsked([stack.base]);
  let stopClock = () => {};
  try {
    mkdirSync(stack.base, { recursive: true });
    const edit = (text) => (queues === undefined ? text : withSendQueues(text, queues));
    const config = writeConfig(join(stack.base, "wrangler.toml"), { entry, edit });
    await emptyTables(stack);
    const tenant = await seedTenant(stack);
    if (lines > 0) await startGraph(stack, processes, lines, graph);
    await stackLib.startApi(stack, processes, { config });
    stopClock = stackLib.startClock(stack, { everyMs: CLOCK_MS });
    const call = client(stack.apiUrl, tenant.apiKey);
    const fixture = { stack, processes, call, ...tenant, ...graphClient(stack), ...meters(stack, processes) };
    if (lines > 0) Object.assign(fixture, await furnish(call, lines));
    return await work(fixture);
  } catch (error) {
    console.error(tailOf(stack, "api"));
    throw error;
  } finally {
    stopClock();
    await processes.stopAll("SIGKILL");
    leave();
    rmSync(stack.base, { recursive: true, force: true });
  }
}

/** When this process is asked to end, all that it started is ended first, and these folders with it. */
export const forgetWhenAsked = (folders) =>
  onEnd(async (code) => {
    await endAll("SIGKILL");
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    process.exit(code);
  });

export async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve, reject) => {
          const server = createServer();
          server.once("error", reject);
          server.listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export async function startGraph(stack, processes, lines, { mostInABody = MOST_IN_A_BODY, ...settings } = {}) {
  const all = {
    port: stack.ports.graph,
    token,
    wabaId,
    portfolioId,
    phones: phones.slice(0, lines).map(({ id, display, name }) => ({ id, display, name })),
    templates,
    ratePerSecond: 80,
    level: "STANDARD",
    receiver: { url: `${stack.apiUrl}/webhooks/meta`, appSecret: stack.secrets.META_APP_SECRET, mostInABody },
    seed: 1,
    initial: {},
    ...settings,
  };
  processes.start("graph", "node", [join(root, "test/bench/graph/server.ts"), JSON.stringify(all)]);
  await waitFor(`http://127.0.0.1:${stack.ports.graph}/control/state`);
}

export function graphClient(stack) {
  const url = `http://127.0.0.1:${stack.ports.graph}/control`;
  return {
    graphState: async () => (await fetch(`${url}/state`)).json(),
    graphRecord: async () => (await fetch(`${url}/record`)).json(),
    conditions: (changes) => fetch(`${url}/conditions`, { method: "PUT", body: JSON.stringify(changes) }),
  };
}

/** One segment with so many Prospect lines, and the demo's templates. */
async function furnish(call, lines) {
  const segment = await call("POST", "/v1/segments", { name: "Bench" });
  for (const { id, label } of phones.slice(0, lines)) {
    await call("POST", "/v1/lines", {
      ...{ segmentId: segment.id, kind: "prospect", wabaId, phoneNumberId: id },
      ...{ accessToken: token, name: label },
    });
  }
  await call("POST", "/v1/templates/sync", {});
  const { data } = await call("GET", "/v1/templates?limit=200");
  const templateId = (name) => data.find((template) => template.name === name).id;
  return {
    segment,
    templateId,
    audienceOf: async (people) => ({
      ...(await importCsv(call, segment.id, `Bench ${people}`, peopleCsv(people))),
      people,
    }),
    async campaignFor(audience, name = "Bench") {
      const { id } = await call("POST", "/v1/campaigns", {
        name,
        segmentId: segment.id,
        audienceId: audience.id,
        templateId: templateId("lembrete_vencimento"),
        variables: { "body.1": { field: "firstName" }, "body.2": { field: "attributes.Valor", fallback: "-" } },
        sender: { mode: "prospect" },
      });
      return id;
    },
  };
}

/** CPU of the API and of the machine between two moments. */
function meters(stack, processes) {
  return {
    /** Call it to begin; call what it answers to read what was used since. */
    meter() {
      const cpu = () => usage(processes.pid("api")).cpuSeconds;
      const [before, all] = [cpu(), machine()];
      return () => {
        const now = machine();
        return { apiSeconds: cpu() - before, busy: 1 - (now.idle - all.idle) / Math.max(1, now.all - all.all) };
      };
    },
    /** Pids of the API's runtimes. */
    runtimes: () => usage(processes.pid("api"), "workerd").named,
    apiLog: () => readFileSync(join(stack.base, "logs/api.log"), "utf8"),
  };
}

/** What `check` found, or null when it found nothing in time. */
export async function untilOr(check, timeoutMs, everyMs = 500) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) return null;
    await sleep(everyMs);
  }
}

/** A campaign when it says that it is at one of these, or as it is when the time is over. */
export async function reaches(call, id, statuses, timeoutMs, everyMs = 500) {
  const ask = () => call("GET", `/v1/campaigns/${id}`);
  const found = await untilOr(
    async () => {
      const campaign = await ask();
      return statuses.includes(campaign.status) && campaign;
    },
    timeoutMs,
    everyMs,
  );
  return found ?? ask();
}

function tailOf(stack, name) {
  try {
    return readFileSync(join(stack.base, `logs/${name}.log`), "utf8").slice(-3_000);
  } catch {
    return "";
  }
}
