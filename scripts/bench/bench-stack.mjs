import { readdirSync, readFileSync } from "node:fs";
import { phones, token, wabaId } from "../lib/demo-catalogue.mjs";
import { client, seedGraph, seedTenant, until } from "../lib/seed.mjs";
import * as stackLib from "../lib/stack.mjs";

/** Three ports in a row from here. */
const FIRST_PORT = Number(process.env.BENCH_PORT ?? 17_787);

/** A stack of its own, empty but for a tenant; always ended, whatever happens in `work`. */
export async function withStack(work, { env = {}, graph = true } = {}) {
  const stack = stackLib.settings({
    dir: ".wrangler/bench",
    env: {
      API_PORT: String(FIRST_PORT),
      WEB_PORT: String(FIRST_PORT + 1),
      GRAPH_PORT: String(FIRST_PORT + 2),
      GRAPH_LATENCY_MS: "20",
      GRAPH_TIME_SCALE: "1",
      ...env,
    },
  });
  stackLib.forget(stack);
  await stackLib.claimPorts(stack, ["api", "graph"], "three in a row from BENCH_PORT=27787");
  const processes = stackLib.makeProcesses();
  const end = () => processes.stopAll("SIGKILL").then(() => process.exit(1));
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, end);
  try {
    await stackLib.migrate(stack);
    const tenant = await seedTenant(stack);
    if (graph) await stackLib.startGraph(stack, processes);
    await stackLib.startApi(stack, processes);
    return await work({ stack, call: client(stack.apiUrl, tenant.apiKey), processes, ...tenant });
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"]) process.removeListener(signal, end);
    await processes.stopAll("SIGKILL");
  }
}

/** One segment with this many GREEN Prospect lines at Meta's default rate, and the demo's templates. */
export async function withLines(call, stack, count) {
  await seedGraph(stack, { limit: "TIER_UNLIMITED" });
  const segment = await call("POST", "/v1/segments", { name: "Bench" });
  for (const { id, label } of phones.slice(0, count)) {
    await call("POST", "/v1/lines", {
      segmentId: segment.id,
      kind: "prospect",
      wabaId,
      phoneNumberId: id,
      accessToken: token,
      name: label,
    });
  }
  await call("POST", "/v1/templates/sync", {});
  const list = await call("GET", "/v1/templates?limit=200");
  return { segment, templateId: (name) => list.data.find((template) => template.name === name).id };
}

export async function importCsv(call, segmentId, name, csv) {
  const audience = await call("POST", "/v1/audiences", { segmentId, name });
  const started = await call("POST", `/v1/audiences/${audience.id}/imports`, csv);
  await until(
    async () => {
      const job = await call("GET", `/v1/imports/${started.id}`);
      if (job.status === "failed") throw new Error(`import failed: ${job.error}`);
      return job.status === "completed";
    },
    { timeoutMs: 900_000, everyMs: 500 },
  );
  return audience;
}

/** Samples the memory of a process and all below it, MB resident. */
export function peakOf(pid) {
  let peak = 0;
  const now = () => {
    const { residentMb } = usage(pid);
    peak = Math.max(peak, residentMb);
    return residentMb;
  };
  const timer = setInterval(now, 250);
  return { now, peak: () => peak, stop: () => clearInterval(timer) };
}

/** CPU seconds and resident megabytes of this process and all below it, from /proc. */
export function usage(pid) {
  const children = new Map();
  const own = new Map();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const parent = Number(fields[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
      own.set(Number(name), { ticks: Number(fields[11]) + Number(fields[12]), pages: Number(fields[21]) });
    } catch {
      // Ended meanwhile.
    }
  }
  const sum = { cpuSeconds: 0, residentMb: 0 };
  const add = (id) => {
    const { ticks, pages } = own.get(id) ?? { ticks: 0, pages: 0 };
    sum.cpuSeconds += ticks / 100;
    sum.residentMb += (pages * 4096) / 1e6;
    for (const child of children.get(id) ?? []) add(child);
  };
  add(pid);
  return sum;
}
