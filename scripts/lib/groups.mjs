import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { processOf, processTable } from "./process-table.mjs";
import { writeWhole } from "./write-whole.mjs";

/*
 * Programs are started as leaders of process groups, so that ending one ends its children too. Each process that starts
 * some keeps a record of them on disk: after a SIGKILL, of which nobody hears, the next one reads what was left running.
 */

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const RECORDS = join(root, ".wrangler/running");
const recordOf = (pid) => join(RECORDS, `${pid}.json`);

/** Milliseconds that a program asked to end may take, and that a killed one may take to be gone. */
const POLITE_MS = 3_000;
const GONE_MS = 5_000;

const groups = new Map();
let announced = {};
let isClosed = false;

/** Starts a program in a group of its own. `stdio` and the like as for node:child_process. */
export function spawnGroup(name, command, args, options) {
  if (isClosed) throw new Error(`${name} was not started: everything is being ended`);
  const child = spawn(command, args, { ...options, detached: true });
  const { pid } = child;
  // A program that does not exist has none; its "error" tells.
  if (pid === undefined) return child;
  const group = { name, pid, startedAt: processOf(pid)?.startedAt ?? null };
  groups.set(pid, group);
  writeRecord();
  child.once("exit", () => {
    group.hasExited = true;
  });
  return child;
}

/** Runs a program to its end: `{ status, stdout, stderr }`, the texts empty unless piped. */
export function runGroup(name, command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawnGroup(name, command, args, options);
    const texts = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"])
      child[stream]?.setEncoding("utf8").on("data", (text) => {
        texts[stream] += text;
      });
    child.once("error", reject);
    // A child of its own that goes on would keep the pipes open.
    child.once("exit", () => void endGroup(child.pid, "SIGKILL"));
    child.once("close", (status) => void endGroup(child.pid, "SIGKILL").then(() => resolve({ status, ...texts })));
  });
}

/** Ends a group that was started here: politely unless told otherwise, and for sure. Resolves when nothing of it is left. */
export async function endGroup(pid, signal = "SIGTERM") {
  const group = groups.get(pid);
  if (!group) return;
  signalGroup(pid, signal);
  if (signal !== "SIGKILL") await until(() => group.hasExited, POLITE_MS);
  signalGroup(pid, "SIGKILL");
  await until(() => isGone(pid), GONE_MS);
  groups.delete(pid);
  writeRecord();
}

/** Ends all that was started here, and lets nothing more be started. */
export async function endAll(signal) {
  isClosed = true;
  await Promise.all([...groups.keys()].map((pid) => endGroup(pid, signal)));
}

/** Passes a signal on to all groups, as a terminal does to the programs in front. */
function signalAll(signal) {
  for (const pid of groups.keys()) signalGroup(pid, signal);
}

// The groups would outlive this process.
process.once("exit", () => {
  isClosed = true;
  signalAll("SIGKILL");
  rmSync(recordOf(process.pid), { force: true });
});

/**
 * The process with which this one ends as well, also when that is killed: npm, or whoever started it under the project's
 * own Node. None for one started by itself, which may outlive its shell.
 */
const parent = process.env.OWN_NODE === "1" || process.env.npm_lifecycle_event ? aboveShells(process.ppid) : null;

/** npm starts a script by a shell, which would wait for it also without npm. */
function aboveShells(pid) {
  const found = processOf(pid);
  return found && /^(\S*\/)?(ba|da|z|k)?sh -c /.test(found.command) ? aboveShells(found.parent) : found;
}

/** Calls `end` once the parent is gone; returns a function that stops watching. */
export function onOrphaned(end) {
  if (!parent) return () => {};
  const timer = setInterval(() => {
    if (isAlive(parent)) return;
    clearInterval(timer);
    end();
  }, 1_000);
  timer.unref();
  return () => clearInterval(timer);
}

/** Says in the record what this process is, under a `what` and with whatever others should be told of it. */
export function announce(facts) {
  announced = { ...announced, ...facts };
  writeRecord();
}

/**
 * Others of this checkout that announced the same `what` earlier and are alive. One whose parent was killed is ending by
 * itself; that is waited for.
 */
export async function earlierOnes() {
  const isOther = ({ pid, what, since }) =>
    pid !== process.pid &&
    pid !== parent?.pid &&
    what === announced.what &&
    (since < announced.since || (since === announced.since && pid < process.pid));
  const living = () => records().filter((record) => isAlive(record) && isOther(record));
  const isOrphan = (record) => record.parent && !isAlive(record.parent);
  await until(() => !living().some(isOrphan), POLITE_MS + GONE_MS);
  for (const { pid } of living().filter(isOrphan)) signal(pid, "SIGKILL");
  return living().filter((record) => !isOrphan(record));
}

/** Ends what processes of this checkout left running when they were killed; resolves with the names of what was ended. */
export async function endLeftovers() {
  const ended = [];
  // One that is ended may itself have been a script, which then leaves what it had started.
  for (let dead = deadOnes(); dead.length > 0; dead = deadOnes())
    for (const { file, groups: left } of dead) {
      for (const group of left) if (await killGroup(group)) ended.push(group.name);
      rmSync(file, { force: true });
    }
  return ended;
}

function writeRecord() {
  announced.since ??= readRecord(recordOf(parent?.pid))?.since ?? Date.now();
  const { startedAt } = processOf(process.pid);
  const own = { pid: process.pid, startedAt, parent: parent && { pid: parent.pid, startedAt: parent.startedAt } };
  writeWhole(recordOf(process.pid), JSON.stringify({ ...announced, ...own, groups: [...groups.values()] }));
}

function records() {
  if (!existsSync(RECORDS)) return [];
  return readdirSync(RECORDS)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => readRecord(join(RECORDS, name)) ?? []);
}

const deadOnes = () => records().filter((record) => !isAlive(record));

function readRecord(file) {
  try {
    return { ...JSON.parse(readFileSync(file, "utf8")), file };
  } catch {
    return null;
  }
}

const isAlive = ({ pid, startedAt }) => processOf(pid)?.startedAt === startedAt;

/**
 * Kills what is left of a group on record and is ours beyond doubt; resolves, when it is gone, with whether there was
 * anything. While the leader lives, start time and all, that is the whole group; after that its number may have gone to
 * strangers, so it is the programs of this checkout.
 */
async function killGroup({ pid, startedAt }) {
  const members = () => processTable().filter((one) => one.group === pid);
  const leader = members().find((one) => one.pid === pid);
  if (leader && leader.startedAt !== startedAt) return false;
  // One that is ending has no command any more.
  const known = new Set();
  const ours = () => {
    const found = members().filter(({ pid, command }) => leader || command.includes(`${root}/`) || known.has(pid));
    for (const one of found) known.add(one.pid);
    return found;
  };
  const found = ours().length > 0;
  if (leader) signalGroup(pid, "SIGKILL");
  await until(() => {
    const left = ours();
    for (const one of left) signal(one.pid, "SIGKILL");
    return left.length === 0;
  }, GONE_MS);
  return found;
}

/** Whether no process of a group lives; those that have ended and that nobody has asked about don't count. */
function isGone(pid) {
  try {
    process.kill(-pid, 0);
  } catch {
    return true;
  }
  return processTable().every(({ group }) => group !== pid);
}

const signalGroup = (pid, name) => signal(-pid, name);

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone already.
  }
}

async function until(isTrue, timeoutMs) {
  const end = Date.now() + timeoutMs;
  while (!isTrue() && Date.now() < end) await sleep(20);
}
