import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { QUEUES, TRIES } from "../../worker/core/queues.ts";

const settings = readFileSync(join(resolve(import.meta.dirname, "../.."), "wrangler.toml"), "utf8");
const consumers = settings
  .split("[[queues.consumers]]")
  .slice(1)
  .map((text) => ({
    queue: /^queue = "(.+)"$/m.exec(text)?.[1] ?? "",
    retries: Number(/^max_retries = (\d+)$/m.exec(text)?.[1]),
    deadLetters: /^dead_letter_queue = "(.+)"$/m.exec(text)?.[1],
  }));

test("a message is tried as often as dead letters say that it was", () => {
  const living = consumers.filter(({ deadLetters }) => deadLetters !== undefined);
  expect(new Set(living.map(({ deadLetters }) => deadLetters))).toEqual(new Set(QUEUES.map((name) => `${name}-dead`)));
  for (const { queue, retries, deadLetters } of living) {
    const name = QUEUES.find((known) => deadLetters === `${known}-dead`);
    expect([queue, name && TRIES[name]]).toEqual([queue, retries + 1]);
  }
});

test("every queue of dead letters is read", () => {
  const read = new Set(consumers.map(({ queue }) => queue));
  expect(QUEUES.filter((name) => !read.has(`${name}-dead`))).toEqual([]);
});

test("a batch of sends is answered for while the result of a call that hangs is waited for", () => {
  // Measured with `npm run bench -- hangs`: without it one hanging call in a hundred leaves a tenth of the throughput.
  const flags = /^compatibility_flags = (\[.*\])$/m.exec(settings)?.[1] ?? "[]";
  expect(JSON.parse(flags)).toContain("queue_consumer_no_wait_for_wait_until");
});
