import { rmSync } from "node:fs";
import { join } from "node:path";
import { templates } from "../lib/demo-catalogue.mjs";
import { writeConfig } from "../lib/product-config.mjs";
import { seedTenant, until } from "../lib/seed.mjs";
import * as stackLib from "../lib/stack.mjs";
import { steadyApi, steadyControl } from "./api.mjs";
import { csvOf } from "./people.mjs";

/** The platform fires its cron each minute; here more often, so that a lost minute is not waited for. */
const CLOCK_MS = 5_000;
/** Some starts of the local runtime hang; they are begun again. */
const STARTS_WITHIN_MS = 40_000;

/**
 * A whole stack whose API runs with checkpoints, and an empty tenant. `end` it whatever happens.
 * @param ports `{API_PORT, WEB_PORT, GRAPH_PORT}`
 * @param otherPorts what to type when they are taken
 */
export async function startStack({ dir, ports, env = {}, otherPorts = "API_PORT=19787 GRAPH_PORT=19789" }) {
  const stack = stackLib.settings({
    dir,
    env: { GRAPH_LATENCY_MS: "20", GRAPH_TIME_SCALE: "0.1", ...ports, ...env },
  });
  await stackLib.claimPorts(stack, ["api", "graph"], otherPorts);
  stackLib.forget(stack);
  rmSync(join(stack.base, "logs"), { recursive: true, force: true });
  const processes = stackLib.makeProcesses(undefined, stack);
  const config = writeConfig(join(stack.base, "wrangler.toml"), { entry: "test/faults/worker.ts" });
  const start = {
    api: () => stackLib.startApi(stack, processes, { config, timeoutMs: STARTS_WITHIN_MS }),
    graph: () => stackLib.startGraph(stack, processes),
  };
  let stopClock = () => {};
  const end = async () => {
    stopClock();
    await processes.stopAll("SIGKILL");
  };
  try {
    await stackLib.migrate(stack);
    const { apiKey } = await seedTenant(stack);
    await start.graph();
    await start.api();
    stopClock = stackLib.startClock(stack, { everyMs: CLOCK_MS });
    return { stack, processes, start, apiKey, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Accounts, lines, templates and audiences of the plan's houses, and the two ways to talk to them. */
export async function furnish({ stack, apiKey }, plan, onServerError) {
  const api = steadyApi(stack.apiUrl, apiKey, onServerError);
  const control = steadyControl(stack.graphUrl);
  await control("POST", "/seed", { wabas: plan.houses.map(wabaOf) });
  // Whoever is capped gets another try a day later: a kind of incident of its own, or no campaign would end today.
  await control("PUT", "/behaviour", { capped: 0 });
  const houses = await Promise.all(plan.houses.map((house) => furnishHouse(api, control, house)));
  return { api, control, houses };
}

const wabaOf = ({ wabaId, portfolioId, token, phones }) => ({
  id: wabaId,
  portfolio: { id: portfolioId, name: "Soak" },
  token,
  messagingLimit: "TIER_UNLIMITED",
  phones: phones.map((phone) => ({ ...phone, rate: 80 })),
  templates,
});

async function furnishHouse(api, control, house) {
  const { id: segmentId } = await api("POST", "/v1/segments", { name: `House ${house.index}` });
  const lineIds = [];
  for (const { id: phoneNumberId } of house.phones) {
    const line = { segmentId, kind: "prospect", wabaId: house.wabaId, phoneNumberId, accessToken: house.token };
    lineIds.push((await api("POST", "/v1/lines", line)).id);
  }
  const { data } = await api("GET", "/v1/templates?limit=200");
  const templateIds = new Map(data.filter(({ wabaId }) => wabaId === house.wabaId).map(({ name, id }) => [name, id]));
  const audiences = [];
  for (const [index, people] of house.audiences.entries()) {
    const audience = await api("POST", "/v1/audiences", { segmentId, name: `House ${house.index}, ${index}` });
    const started = await api("POST", `/v1/audiences/${audience.id}/imports`, csvOf(people));
    await until(async () => (await api("GET", `/v1/imports/${started.id}`)).status === "completed");
    audiences.push({ id: audience.id, people });
  }
  const accounts = await control("GET", "/accounts");
  const graphTemplateIds = accounts.templates
    .filter(({ wabaId }) => wabaId === house.wabaId)
    .map(({ id, name }) => ({ id, name }));
  return { ...house, segmentId, lineIds, templateIds, graphTemplateIds, audiences };
}
