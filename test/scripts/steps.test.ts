import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { processOf } from "../../scripts/lib/process-table.mjs";

function steps(exitCode: number, manner = "", fixture = "steps") {
  const file = join(import.meta.dirname, `fixtures/${fixture}.mjs`);
  const script = spawn(process.execPath, [file, String(exitCode), manner], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, OWN_NODE: "", npm_lifecycle_event: "" },
  });
  let said = "";
  for (const stream of [script.stdout, script.stderr]) stream.on("data", (text) => (said += text));
  return { script, ended: once(script, "close").then(([code]) => code), said: () => said };
}

test("a step that fails is the last one, and npm's answer is a failure", async () => {
  const { ended, said } = steps(3);
  expect(await ended).toBe(1);
  expect(said()).toContain("first: failed");
  expect(said()).not.toContain("== second");
});

test.each([
  ["SIGINT", ""],
  ["SIGTERM", "deaf"],
] as const)("%s in the middle of a step leaves nothing of it", async (signal, manner) => {
  const { script, ended, said } = steps(0, manner);
  // The step's program says the pid of its child, which the runner's output has after the step's name.
  const childSaid = () => Number(/== second\n(\d+)/.exec(said())?.[1] ?? 0);
  await expect.poll(childSaid, { timeout: 30_000 }).toBeGreaterThan(0);
  const child = childSaid();
  const family = [child, processOf(child)?.parent ?? 0];
  script.kill(signal);
  expect(await ended).not.toBe(0);
  expect(family.filter((pid) => processOf(pid) !== null)).toEqual([]);
});

test("of two lists beside each other one is live, the other speaks in one piece, and a failure ends both", async () => {
  const { ended, said } = steps(3, "", "lanes");
  expect(await ended).toBe(1);
  expect(said()).toMatch(/== live\n\d+\n/);
  expect(said()).toMatch(/== quiet\nquiet begins\nquiet ends\n/);
  expect(said()).toContain("last: failed");
  const child = Number(/== live\n(\d+)/.exec(said())?.[1]);
  expect(processOf(child)).toBeNull();
});
