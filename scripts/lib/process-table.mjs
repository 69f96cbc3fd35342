import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/**
 * The processes of this machine that have not ended: `{ pid, parent, group, startedAt, command }`. A pid is used
 * again one day; with `startedAt`, a text to compare and nothing else, it names one process for ever.
 */
export const processTable = () => (existsSync("/proc/self/stat") ? procTable() : psTable());

/** One process, or null when it has ended. */
export function processOf(pid) {
  return existsSync("/proc/self/stat") ? procEntry(String(pid)) : (psTable(["-p", String(pid)])[0] ?? null);
}

export const procTable = () =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => procEntry(name) ?? []);

function procEntry(name) {
  const stat = orElse("", () => readFileSync(`/proc/${name}/stat`, "utf8"));
  // The program's name, in brackets, may hold spaces and brackets itself.
  const [state, parent, group, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (!stat || state === "X") return null;
  // A killed program shows as ended while its other threads still are: until the last is, it holds its files and ports.
  if (state === "Z" && threadsOf(name).length < 2) return null;
  const command = orElse("", () => readFileSync(`/proc/${name}/cmdline`, "utf8"))
    .split("\0")
    .join(" ")
    .trim();
  const startedAt = `${bootId()} ${rest[16]}`;
  return { pid: Number(name), parent: Number(parent), group: Number(group), startedAt, command };
}

const threadsOf = (pid) => orElse([], () => readdirSync(`/proc/${pid}/task`));

let boot;
function bootId() {
  boot ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return boot;
}

/** By `ps`, where there is no /proc. */
export function psTable(which = ["-ax"]) {
  const { stdout } = spawnSync("ps", [...which, "-ww", "-o", "pid=,ppid=,pgid=,stat=,lstart=,command="], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
    maxBuffer: 64 * 1024 * 1024,
  });
  return (stdout ?? "").split("\n").flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(line);
    if (!found) return [];
    const [, pid, parent, group, state, startedAt, command] = found;
    if (state.startsWith("Z")) return [];
    return { pid: Number(pid), parent: Number(parent), group: Number(group), startedAt, command: command.trim() };
  });
}

/** Who listens on a TCP port, as `{ pid, command }`; null when it can't be seen, another user's process for one. */
export function holderOf(port) {
  const pid = existsSync("/proc/net/tcp") ? procHolder(port) : lsofHolder(port);
  return pid === null ? null : processOf(pid);
}

const LISTENS = "0A";

function procHolder(port) {
  const inodes = new Set();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"].filter((path) => existsSync(path))) {
    for (const line of readFileSync(table, "utf8").split("\n").slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === LISTENS && Number.parseInt(local.split(":")[1], 16) === port) inodes.add(`socket:[${inode}]`);
    }
  }
  for (const { pid } of procTable()) {
    // Threads share their files; one that has ended shows none.
    for (const thread of threadsOf(pid)) {
      const folder = `/proc/${pid}/task/${thread}/fd`;
      const files = orElse([], () => readdirSync(folder));
      if (files.some((file) => inodes.has(orElse("", () => readlinkSync(join(folder, file)))))) return pid;
      if (files.length > 0) break;
    }
  }
  return null;
}

/** For what may be another user's, or gone in between. */
function orElse(other, read) {
  try {
    return read();
  } catch {
    return other;
  }
}

export function lsofHolder(port) {
  const { stdout } = spawnSync("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-t"], { encoding: "utf8" });
  const [pid] = (stdout ?? "").split("\n");
  return pid ? Number(pid) : null;
}
