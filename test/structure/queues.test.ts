import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { QUEUES, TRIES } from "#core/shared/queues.ts";

const settings = readFileSync(join(resolve(import.meta.dirname, "../.."), "wrangler.toml"), "utf8");
const consumers = settings
  .split("[[queues.consumers]]")
  .slice(1)
  .map((text) => ({
    queue: /^queue = "(.+)"$/m.exec(text)?.[1] ?? "",
    retries: Number(/^max_retries = (\d+)$/m.exec(text)?.[1]),
    deadLetters: /^dead_letter_queue = "(.+)"$/m.exec(text)?.[1],
    atOnce: Number(/^max_concurrency = (\d+)$/m.exec(text)?.[1]),
  }));

test("a message is tried as often as dead letters say that it was", () => {
  const living = consumers.filter(({ deadLetters }) => deadLetters !== undefined);
  for (const name of QUEUES) {
    const kept = living.filter(({ deadLetters }) => deadLetters === `${name}-dead`);
    expect(kept).toMatchObject([{ queue: name, retries: TRIES[name] - 1 }]);
  }
});

test("whatever ends as a dead letter is read", () => {
  const read = new Set(consumers.map(({ queue }) => queue));
  const ends = consumers.flatMap(({ deadLetters }) => deadLetters ?? []);
  expect(ends.length).toBeGreaterThan(QUEUES.length);
  expect(ends.filter((queue) => !read.has(queue))).toEqual([]);
});

test("imports, reports and dead letters leave most of D1's one thread to everybody else", () => {
  const atOnce = new Map(consumers.map(({ queue, atOnce }) => [queue, atOnce]));
  expect(atOnce.get("jobs")).toBe(3);
  for (const [queue, most] of atOnce) if (queue.endsWith("-dead")) expect([queue, most]).toEqual([queue, 1]);
});

test("a batch of sends is answered for while the result of a call that hangs is waited for", () => {
  // Measured with `npm run bench -- hangs`: without it one hanging call in a hundred leaves a tenth of the throughput.
  const flags = /^compatibility_flags = (\[.*\])$/m.exec(settings)?.[1] ?? "[]";
  expect(JSON.parse(flags)).toContain("queue_consumer_no_wait_for_wait_until");
});
