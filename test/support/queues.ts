import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Env } from "#env.ts";
import worker from "../../worker/index.ts";
import { newId } from "./rows.ts";

interface Caught {
  queue: string;
  body: unknown;
  delaySeconds: number | undefined;
}

const nameOf = (binding: string): string | null => {
  if (binding.startsWith("SENDS_")) return "sends";
  return binding === "META_EVENTS" ? "meta-events" : binding === "JOBS" ? "jobs" : null;
};

/** An environment whose queues keep what is put on them, or refuse it when `refuse` says so. */
export function withCaughtQueues(refuse: (nth: number) => boolean = () => false): { env: Env; caught: Caught[] } {
  const caught: Caught[] = [];
  let nth = 0;
  const take = (queue: string, body: unknown, delaySeconds?: number) => {
    if (refuse(++nth)) throw new Error("Queue is overloaded.");
    // As the platform does: what arrives is a copy.
    caught.push({ queue, body: JSON.parse(JSON.stringify(body)), delaySeconds });
  };
  const fake = (queue: string) => ({
    send: async (body: unknown, options?: QueueSendOptions) => take(queue, body, options?.delaySeconds),
    sendBatch: async (messages: Iterable<MessageSendRequest>, options?: QueueSendBatchOptions) => {
      for (const { body, delaySeconds } of messages) take(queue, body, delaySeconds ?? options?.delaySeconds);
    },
  });
  const queues = Object.fromEntries(
    Object.keys(env).flatMap((binding) => {
      const name = nameOf(binding);
      return name ? [[binding, fake(name)]] : [];
    }),
  );
  return { env: { ...env, ...queues }, caught };
}

interface Delivery {
  attempts?: number;
  bindings?: Env;
  /** The same message again: its id and the time when it was sent. */
  id?: string;
  timestamp?: Date;
}

/** Hands bodies to the Worker's queue consumer. Answers how many were acked, and the delays of those to come back. */
export async function deliver(queue: string, bodies: unknown[], delivery: Delivery = {}) {
  const { attempts = 1, bindings = env, id = newId("msg"), timestamp = new Date() } = delivery;
  const messages = bodies.map((body, i) => ({ id: `${id}-${i}`, timestamp, attempts, body }));
  const batch = createMessageBatch<unknown>(queue, messages);
  const ctx = createExecutionContext();
  await worker.queue(batch, bindings, ctx);
  const { ackAll, explicitAcks, retryMessages } = await getQueueResult(batch, ctx);
  return {
    acked: ackAll ? messages.length : explicitAcks.length,
    retried: retryMessages.map(({ delaySeconds }) => delaySeconds),
  };
}
