import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { phones, token } from "../lib/demo-catalogue.mjs";
import { endGroup, root, spawnGroup } from "../lib/groups.mjs";
import { makeProcesses, settings } from "../lib/stack.mjs";
import { forgetWhenAsked, freePorts, graphClient, startGraph, untilOr } from "./fixture.mjs";
import { machine, usage } from "./usage.mjs";

const code = join(root, "test/bench/peer");
const LINES = 3;
/** Calls of a line at a time: enough for 80/s when an answer takes a second. */
const CONCURRENCY = 100;
const STARTS_WITHIN_MS = 60_000;

/**
 * The opponent: BullMQ on Redis, rows in PostgreSQL, before the same Graph. Servers of Debian's, started in a folder of
 * their own on free ports and ended afterwards.
 * @param limiter BullMQ's, per line; null for none
 */
export async function withPeer({ people, limiter, graph }, work) {
  const programs = findPrograms();
  installPackages();
  const [api, web, graphPort, redisPort, pgPort] = await freePorts(5);
  const stack = settings({
    dir: `.wrangler/bench/peer-${process.pid}`,
    env: { API_PORT: String(api), WEB_PORT: String(web), GRAPH_PORT: String(graphPort) },
  });
  const data = mkdtempSync(join(tmpdir(), "bench-peer-"));
  chmodSync(data, 0o755);
  const processes = makeProcesses(undefined, stack);
  const servers = [];
  const folders = [data, stack.base];
  const leave = forgetWhenAsked(folders);
  try {
    const start = (command, args, user = {}) =>
      servers.push(spawnGroup("peer", command, args.map(String), { cwd: "/", stdio: "ignore", ...user }));
    start(programs.redis, ["--port", redisPort, "--bind", "127.0.0.1", "--dir", data, "--appendonly", "yes"]);
    startPostgres(programs.postgres, data, pgPort, start);
    await startGraph(stack, processes, LINES, graph);
    const common = { redisPort, pgPort };
    const phoneIds = phones.slice(0, LINES).map(({ id }) => id);
    processes.start("web", "node", [
      join(code, "web.mjs"),
      JSON.stringify({ ...common, port: api, people, lines: LINES, appSecret: stack.secrets.META_APP_SECRET }),
    ]);
    const ask = async (path) => (await fetch(`${stack.apiUrl}${path}`)).json();
    const answers = () => ask("/counts").catch(() => null);
    if (!(await untilOr(answers, STARTS_WITHIN_MS))) throw new Error("the opponent did not start");
    processes.start("worker", "node", [
      join(code, "worker.mjs"),
      JSON.stringify({
        ...common,
        graphUrl: stack.graphUrl,
        token,
        phones: phoneIds,
        limiter,
        concurrency: CONCURRENCY,
      }),
    ]);
    await sleep(2_000);
    const pids = () => [processes.pid("web"), processes.pid("worker"), ...servers.map(({ pid }) => pid)];
    const cpu = () => pids().reduce((sum, pid) => sum + usage(pid).cpuSeconds, 0);
    const meter = () => {
      const [before, all] = [cpu(), machine()];
      return () => {
        const now = machine();
        return { apiSeconds: cpu() - before, busy: 1 - (now.idle - all.idle) / Math.max(1, now.all - all.all) };
      };
    };
    return await work({ ask, meter, ...graphClient(stack) });
  } finally {
    await processes.stopAll("SIGKILL");
    await Promise.all(servers.map(({ pid }) => endGroup(pid, "SIGKILL")));
    leave();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

function findPrograms() {
  const base = "/usr/lib/postgresql";
  const [version] = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  const redis = "/usr/bin/redis-server";
  if (!version || !existsSync(redis))
    throw new Error("The opponent needs Redis and PostgreSQL: apt-get install redis-server postgresql");
  return { redis, postgres: join(base, version, "bin") };
}

/** Its packages are not the product's: they have a lock file of their own. */
function installPackages() {
  if (existsSync(join(code, "node_modules/bullmq"))) return;
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: code, stdio: "inherit" });
  if (status !== 0) throw new Error("npm ci of test/bench/peer did not succeed");
}

/** PostgreSQL refuses to run as root: then it runs as the user that Debian made for it. */
function startPostgres(bin, data, port, start) {
  const folderOfData = join(data, "postgres");
  mkdirSync(folderOfData);
  let user = {};
  if (process.getuid() === 0) {
    const idOf = (flag) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
    user = { uid: idOf("-u"), gid: idOf("-g") };
    chownSync(folderOfData, user.uid, user.gid);
  }
  const made = spawnSync(join(bin, "initdb"), ["-D", folderOfData, "-U", "bench", "--auth=trust"], {
    encoding: "utf8",
    cwd: "/",
    ...user,
  });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  start(join(bin, "postgres"), ["-D", folderOfData, "-p", port, "-h", "127.0.0.1", "-k", folderOfData], user);
}
