import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { holderOf, lsofHolder, processOf, procTable, psTable } from "../../scripts/lib/process-table.mjs";
import { until } from "../system/support/until.ts";

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

/** Listens, says where, and ends its first thread while another lives on: what a program looks like just after SIGKILL. */
const HALF_ENDED = `
  use threads; use IO::Socket::INET; require "sys/syscall.ph"; $| = 1;
  my $socket = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1", LocalPort => 0);
  threads->create(sub { sleep 600 })->detach;
  print $socket->sockport, "\n";
  syscall(SYS_exit(), 0);
`;
const runsHalfEnded =
  process.platform === "linux" && spawnSync("perl", ["-Mthreads", "-e", 'require "sys/syscall.ph"']).status === 0;

test.skipIf(!runsHalfEnded)(
  "a killed program has not ended before its last thread, and holds its ports so long",
  async () => {
    const child = spawn("perl", ["-e", HALF_ENDED], { stdio: ["ignore", "pipe", "inherit"] });
    const pid = Number(child.pid);
    onTestFinished(() => void child.kill("SIGKILL"));
    const [port] = await once(child.stdout, "data");
    await until("its first thread has ended", async () => / Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8")));
    expect(processOf(pid)).toMatchObject({ pid });
    expect(holderOf(Number(port))?.pid).toBe(pid);
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    expect(processOf(pid)).toBeNull();
    expect(holderOf(Number(port))).toBeNull();
  },
);
