import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { root, spawnGroup } from "../../scripts/lib/groups.mjs";
import { procTable } from "../../scripts/lib/process-table.mjs";
import { isFree } from "../../scripts/lib/processes.mjs";
import { PORTS } from "./support/ports.ts";
import { until } from "./support/until.ts";

const STATE_FOLDER = ".wrangler/system-start";
const demoFile = join(root, STATE_FOLDER, "demo.json");
const demoSchema = z.object({ webUrl: z.string(), apiUrl: z.string(), apiKey: z.string(), tenantId: z.string() });

/** Stands in the environment of all that is started here, whoever starts it. */
const MARK = `START_TEST=${crypto.randomUUID()}`;

/** What is running of all that was started here. */
const running = () =>
  procTable().filter(({ pid }) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").includes(MARK);
    } catch {
      return false;
    }
  });

interface Start {
  npm: ChildProcess;
  /** All that it has said. */
  said(): string;
  /** Its exit code, once it has ended. */
  ended: Promise<number | null>;
}

/** `npm start` as in a terminal of its own. */
function start(...flags: string[]): Start {
  const { OWN_NODE: _, npm_lifecycle_event: __, ...env } = process.env;
  const [name = "", value] = MARK.split("=");
  const npm = spawnGroup("npm start", "npm", ["start", "--", ...flags], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...env, ...PORTS, STATE_FOLDER, [name]: value },
  });
  let text = "";
  for (const stream of [npm.stdout, npm.stderr]) stream.on("data", (data) => (text += data));
  const ended = once(npm, "close").then(([code]) => code);
  return { npm, said: () => text, ended };
}

/** As a terminal does it: to everything in front. */
const ctrlC = ({ npm }: Start) => process.kill(-Number(npm.pid), "SIGINT");

/** Waits for a text, and fails with what was said instead. */
async function says({ npm, said }: Start, text: string) {
  await until(`npm start says ${text}`, async () => said().includes(text) || npm.exitCode !== null, {
    everyMs: 20,
  });
  expect(said()).toContain(text);
}

const readDemo = () => demoSchema.parse(JSON.parse(readFileSync(demoFile, "utf8")));

async function ask(path: string): Promise<unknown> {
  const { apiUrl, apiKey } = readDemo();
  const response = await fetch(`${apiUrl}${path}`, { headers: { Authorization: `Bearer ${apiKey}` } });
  expect(response.status).toBe(200);
  return response.json();
}

describe("npm start", () => {
  let first: Start;
  const end = () => {
    for (const { pid } of running()) process.kill(pid, "SIGKILL");
    rmSync(join(root, STATE_FOLDER), { recursive: true, force: true });
  };
  beforeAll(end);
  afterAll(end);

  it("names who holds a port, and what to do", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(Number(PORTS.WEB_PORT), "127.0.0.1", resolve));
    const second = start();
    expect(await second.ended).not.toBe(0);
    expect(second.said()).toContain(`Port ${PORTS.WEB_PORT} is in use by process ${process.pid}`);
    expect(second.said()).toContain("WEB_PORT=9788");
    await new Promise((resolve) => server.close(resolve));
  });

  it("writes the demo's file when everything that it names answers", async () => {
    first = start("--empty");
    await until("demo.json is there", async () => existsSync(demoFile), { everyMs: 20 });
    expect(await ask("/v1/me")).toMatchObject({ tenant: { id: readDemo().tenantId } });
    expect((await fetch(`${readDemo().webUrl}/login`)).status).toBe(200);
  });

  it("started again beside itself says so, and ends nothing", async () => {
    const second = start();
    expect(await second.ended).not.toBe(0);
    expect(second.said()).toContain(`running already from this folder: ${readDemo().webUrl}`);
    await ask("/v1/me");
  });

  it("ends what it left when it was killed, and makes a lost demo file again: same tenant, a key that works", async () => {
    const { tenantId, apiKey } = readDemo();
    const own = running().filter(({ command }) => /npm start|start\.mjs/.test(command));
    for (const { pid } of own) process.kill(pid, "SIGKILL");
    await first.ended;
    await ask("/v1/me");
    const left = running().map(({ pid }) => pid);
    expect(left.length).toBeGreaterThan(3);

    rmSync(demoFile);
    first = start();
    await says(first, "Ready");
    expect(running().filter(({ pid }) => left.includes(pid))).toEqual([]);
    expect(readDemo()).toMatchObject({ tenantId });
    expect(readDemo().apiKey).not.toBe(apiKey);
    expect(await ask("/v1/me")).toMatchObject({ tenant: { id: tenantId } });
  });

  it("leaves no process after Ctrl-C, and its ports are free", async () => {
    ctrlC(first);
    await first.ended;
    expect(running()).toEqual([]);
    for (const port of Object.values(PORTS)) expect(await isFree(Number(port))).toBe(true);
  });

  it.each(["Building…", "Preparing the database…", "Starting services…", "Importing audiences…"])(
    "leaves no process after Ctrl-C in the middle: %s",
    async (text) => {
      const starting = start("--fresh");
      await says(starting, text);
      ctrlC(starting);
      await starting.ended;
      expect(running()).toEqual([]);
      expect(existsSync(demoFile)).toBe(false);
    },
  );

  it("makes a demo anew that was ended half made: two campaigns and a draft, people with documents", async () => {
    first = start();
    await says(first, "Ready");
    expect(first.said()).toContain("making it anew");
    const listOf = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item) });
    const campaigns = listOf(z.object({ status: z.string() })).parse(await ask("/v1/campaigns")).data;
    expect(campaigns.map(({ status }) => status === "draft").sort()).toEqual([false, false, true]);
    const people = listOf(z.object({ document: z.string().nullable() })).parse(
      await ask("/v1/contacts?limit=200"),
    ).data;
    expect(people).toHaveLength(200);
    expect(new Set(people.map(({ document }) => document)).size).toBe(200);
    expect(people.filter(({ document }) => document === null)).toEqual([]);
    ctrlC(first);
    await first.ended;
  });
});
