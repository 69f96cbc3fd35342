import { readdirSync, readFileSync } from "node:fs";

/** CPU seconds and resident megabytes of a process and all below it, and the pids of those named so, from /proc. */
export function usage(pid, name) {
  const children = new Map();
  const own = new Map();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      const end = stat.lastIndexOf(")");
      const fields = stat.slice(end + 2).split(" ");
      const parent = Number(fields[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
      own.set(Number(entry), {
        name: stat.slice(stat.indexOf("(") + 1, end),
        ticks: Number(fields[11]) + Number(fields[12]),
        pages: Number(fields[21]),
      });
    } catch {
      // Ended meanwhile.
    }
  }
  const sum = { cpuSeconds: 0, residentMb: 0, named: [] };
  const add = (id) => {
    const found = own.get(id);
    if (!found) return;
    sum.cpuSeconds += found.ticks / 100;
    sum.residentMb += (found.pages * 4096) / 1e6;
    if (found.name === name) sum.named.push(id);
    for (const child of children.get(id) ?? []) add(child);
  };
  add(pid);
  return sum;
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

/** Of the whole machine since two readings: how much of its cores' time was used by anybody, 0 to 1. */
export function machine() {
  const [first] = readFileSync("/proc/stat", "utf8").split("\n", 1);
  const ticks = first.trim().split(/\s+/).slice(1, 9).map(Number);
  const all = ticks.reduce((sum, n) => sum + n, 0);
  return { all, idle: ticks[3] + ticks[4] };
}
