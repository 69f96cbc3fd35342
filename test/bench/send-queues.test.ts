import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { withSendQueues } from "./send-queues.ts";

const product = readFileSync(join(resolve(import.meta.dirname, "../.."), "wrangler.toml"), "utf8");
const blocks = (text: string, kind: string) =>
  text
    .split(/^(?=\[)/m)
    .filter((block) => block.startsWith(`[[queues.${kind}]]`))
    .map((block) => block.replace(/^#.*$/gm, "").trim());
const sends = (text: string, kind: string) => blocks(text, kind).filter((block) => /"sends-\d+"/.test(block));

test("a bench has as many queues of sends as it asks for, each with the settings of the product's first", () => {
  const [first = ""] = sends(product, "consumers");
  for (const count of [1, 4, 32]) {
    const derived = withSendQueues(product, count);
    const consumers = sends(derived, "consumers");
    expect(sends(derived, "producers")).toEqual(
      Array.from({ length: count }, (_, i) => `[[queues.producers]]\nbinding = "SENDS_${i}"\nqueue = "sends-${i}"`),
    );
    expect(consumers).toEqual(Array.from({ length: count }, (_, i) => first.replace('"sends-0"', `"sends-${i}"`)));
  }
});

test("nothing else of the configuration changes", () => {
  const others = (text: string) =>
    text
      .split(/^(?=\[)/m)
      .filter((block) => !/^queue = "sends-\d+"$/m.test(block))
      .map((block) => block.trim());
  expect(others(withSendQueues(product, 9)).filter(Boolean)).toEqual(others(product).filter(Boolean));
});
