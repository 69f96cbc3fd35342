import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { endLeftovers } from "../../scripts/lib/groups.mjs";
import { processOf } from "../../scripts/lib/process-table.mjs";

const records = resolve(import.meta.dirname, "../../.wrangler/running");
const fixture = (name: string) => join(import.meta.dirname, "fixtures", name);
const isAlive = (pid: number) => processOf(pid) !== null;

const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0))
    if (child.exitCode === null && child.signalCode === null) await kill(child, "SIGKILL");
  await endLeftovers();
});

/** A script that has started a program, which has a child: their pids, and of scripts of the same kind that it found. */
async function owner({ what = crypto.randomUUID(), manner = "", detached = false } = {}) {
  const script = spawn(process.execPath, [fixture("owner.mjs"), what, manner], {
    stdio: ["ignore", "pipe", "inherit"],
    detached,
    env: { ...process.env, OWN_NODE: "", npm_lifecycle_event: "" },
  });
  started.push(script);
  const [leader, child, ...earlier]: number[] = JSON.parse(String((await once(script.stdout, "data"))[0]));
  if (script.pid === undefined || leader === undefined || child === undefined) throw new Error("nothing was started");
  return { script, pid: script.pid, family: [leader, child], leader, earlier };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals) {
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}

/** A shell that no script of this checkout has started, the leader of a group; with the number that it says first. */
async function stranger(code: string) {
  const child = spawn("sh", ["-c", code], { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  started.push(child);
  const said = Number((await once(child.stdout, "data"))[0]);
  return { child, said };
}

/** As a script leaves it that was killed and had started a group of this number. */
function leaveRecord(group: { pid: number | undefined; startedAt: string | undefined }) {
  mkdirSync(records, { recursive: true });
  writeFileSync(
    join(records, `${group.pid}-test.json`),
    JSON.stringify({ pid: 2 ** 30, startedAt: "long ago", groups: [{ name: "family", ...group }] }),
  );
}

describe("a script that is asked to end", () => {
  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("by %s leaves nothing that it started", async (signal) => {
    const { script, family } = await owner();
    await kill(script, signal);
    expect(family.filter(isAlive)).toEqual([]);
  });

  test("leaves nothing either of what does not listen", async () => {
    const { script, family } = await owner({ manner: "deaf" });
    await kill(script, "SIGTERM");
    expect(family.filter(isAlive)).toEqual([]);
  });

  // npm starts scripts by a shell, which lives on when npm is killed.
  test("because npm was killed, leaves nothing", async () => {
    const script = `'${process.execPath}' '${fixture("owner.mjs")}' ${crypto.randomUUID()}; true`;
    const asNpm = `require("node:child_process").spawn("sh", ["-c", ${JSON.stringify(script)}], { stdio: "inherit" })`;
    const npm = spawn(process.execPath, ["-e", asNpm], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, OWN_NODE: "", npm_lifecycle_event: "start" },
    });
    started.push(npm);
    const family: number[] = JSON.parse(String((await once(npm.stdout, "data"))[0]));
    await kill(npm, "SIGKILL");
    await expect.poll(() => family.filter(isAlive), { timeout: 30_000 }).toEqual([]);
  });
});

describe("after a script was killed", () => {
  test("the next one ends what it had started, children and all", async () => {
    const { script, family } = await owner();
    await kill(script, "SIGKILL");
    expect(family.filter(isAlive)).toEqual(family);
    expect(await endLeftovers()).toContain("family");
    expect(family.filter(isAlive)).toEqual([]);
  });

  test("and the program that it had started too, that one's children are ended", async () => {
    const { script, family, leader } = await owner();
    await kill(script, "SIGKILL");
    process.kill(leader, "SIGKILL");
    await expect.poll(() => isAlive(leader)).toBe(false);
    expect(family.filter(isAlive)).toHaveLength(1);
    await endLeftovers();
    expect(family.filter(isAlive)).toEqual([]);
  });

  test("a script that it had started is ended, and what that had started in its turn", async () => {
    const { pid, family } = await owner({ detached: true });
    leaveRecord({ pid, startedAt: processOf(pid)?.startedAt });
    await endLeftovers();
    expect([pid, ...family].filter(isAlive)).toEqual([]);
  });

  test("somebody else who has got the number of its program is left alone", async () => {
    const { child } = await stranger("echo 1; exec sleep 600");
    leaveRecord({ pid: child.pid, startedAt: "another time" });
    expect(await endLeftovers()).toEqual([]);
    expect(isAlive(Number(child.pid))).toBe(true);
  });

  test("somebody else's group whose leader has ended is left alone", async () => {
    const { child, said: sleeper } = await stranger("sleep 600 > /dev/null & echo $!");
    if (child.exitCode === null) await once(child, "exit");
    leaveRecord({ pid: child.pid, startedAt: "another time" });
    expect(await endLeftovers()).toEqual([]);
    expect(isAlive(sleeper)).toBe(true);
    process.kill(sleeper, "SIGKILL");
  });
});

describe("while a script lives", () => {
  test("another leaves alone what it has started", async () => {
    const { family } = await owner();
    await endLeftovers();
    expect(family.filter(isAlive)).toEqual(family);
  });

  test("another of the same kind finds it, and it does not find the other", async () => {
    const what = crypto.randomUUID();
    const first = await owner({ what });
    const second = await owner({ what });
    expect(first.earlier).toEqual([]);
    expect(second.earlier).toEqual([first.pid]);
    await kill(first.script, "SIGKILL");
    expect((await owner({ what })).earlier).toEqual([second.pid]);
  });
});
