import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { nextEventQueue } from "../../worker/adapters/event-queues.ts";

const named = (name: string) => ({ name }) as unknown as typeof env.META_EVENTS;

test("webhooks go to as many queues of events as are bound, the same number to each", () => {
  const bound = { META_EVENTS: named("first"), META_EVENTS_1: named("second"), META_EVENTS_2: named("third") };
  const chosen = Array.from({ length: 30 }, () => nextEventQueue(bound));
  for (const queue of Object.values(bound)) expect(chosen.filter((each) => each === queue)).toHaveLength(10);
});

test("with the one that is bound by default, all go there", () => {
  for (let i = 0; i < 5; i++) expect(nextEventQueue(env)).toBe(env.META_EVENTS);
});
