import type { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { enqueueEvents } from "#adapters/queues/event-queues.ts";
import type { MetaEventsMessage } from "#contracts/queue-messages.ts";

/** Queues of events under these bindings, and what each was given. */
function bound(...bindings: string[]) {
  const given: Record<string, number> = Object.fromEntries(bindings.map((name) => [name, 0]));
  const take = async (name: string) => {
    given[name] = (given[name] ?? 0) + 1;
  };
  const queues = Object.fromEntries(bindings.map((name) => [name, { sendBatch: () => take(name) }]));
  return { given, queues: queues as unknown as typeof env };
}
const webhook: MetaEventsMessage[] = [{ kind: "events", receivedAt: 1, events: [] }];

test("webhooks go to as many queues of events as are bound, the same number to each", async () => {
  const { given, queues } = bound("META_EVENTS", "META_EVENTS_1", "META_EVENTS_2");
  for (let i = 0; i < 30; i++) await enqueueEvents(queues, webhook);
  expect(given).toEqual({ META_EVENTS: 10, META_EVENTS_1: 10, META_EVENTS_2: 10 });
});

test("with the one that is bound by default, all go there", async () => {
  const { given, queues } = bound("META_EVENTS");
  for (let i = 0; i < 5; i++) await enqueueEvents(queues, webhook);
  expect(given).toEqual({ META_EVENTS: 5 });
});
