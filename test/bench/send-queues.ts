/** The product's wrangler.toml with so many queues of sends: those beyond its own get the settings of its first. */
export function withSendQueues(text: string, count: number): string {
  const blocks = text.split(/^(?=\[)/m);
  const nameOf = (block: string) => /^queue = "(sends-\d+)"$/m.exec(block)?.[1];
  const consumer = blocks.find((block) => block.startsWith("[[queues.consumers]]") && nameOf(block) === "sends-0");
  if (!consumer) throw new Error('wrangler.toml has no consumer of "sends-0" any more');
  const settings = consumer.trim().replace(/^#.*$/gm, "");
  const numbers = Array.from({ length: count }, (_, i) => i);
  const others = blocks.filter((block) => !(block.startsWith("[[queues.") && nameOf(block)));
  const added = numbers.flatMap((i) => [
    `[[queues.producers]]\nbinding = "SENDS_${i}"\nqueue = "sends-${i}"\n\n`,
    `${settings.replace('"sends-0"', `"sends-${i}"`)}\n\n`,
  ]);
  return `${others.join("")}\n${added.join("")}`;
}
