import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { holderOf, lsofHolder, processOf, procTable, psTable } from "../../scripts/lib/process-table.mjs";

const has = (program: string) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

test.skipIf(process.platform !== "linux" || !has("ps"))("/proc and ps tell the same of a process", async () => {
  const child = spawn("sleep", ["600"], { detached: true });
  await once(child, "spawn");
  const facts = { pid: child.pid, parent: process.pid, group: child.pid, command: "sleep 600" };
  for (const table of [procTable(), psTable(), psTable(["-p", String(child.pid)])])
    expect(table.find(({ pid }) => pid === child.pid)).toMatchObject(facts);
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
  for (const table of [procTable(), psTable()]) expect(table.filter(({ pid }) => pid === child.pid)).toEqual([]);
});

test("a process keeps the time of its start, and another has another", async () => {
  const child = spawn("sleep", ["600"]);
  await once(child, "spawn");
  const pid = Number(child.pid);
  const own = processOf(process.pid)?.startedAt;
  expect(processOf(process.pid)?.startedAt).toBe(own);
  expect(processOf(pid)?.startedAt).not.toBe(own);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(processOf(pid)).toBeNull();
});

test.skipIf(!has("lsof") && process.platform !== "linux")("whoever listens on a port is found", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  expect(holderOf(address.port)?.pid).toBe(process.pid);
  if (has("lsof")) expect(lsofHolder(address.port)).toBe(process.pid);
  await new Promise((resolve) => server.close(resolve));
  expect(holderOf(address.port)).toBeNull();
});
