/** The queues whose dead letters are kept: what they asked for would not happen otherwise. */
export const QUEUES = ["meta-events", "jobs"] as const;
export type QueueName = (typeof QUEUES)[number];

/**
 * How often a message is tried before it is a dead letter: once and `max_retries` of wrangler.toml. Told from here
 * because the count that comes with a message begins again on the dead-letter queue.
 */
export const TRIES: Record<QueueName, number> = { "meta-events": 21, jobs: 11 };

/** What a queue is for: `sends-3` and `meta-events-1` are one of several that carry the same. */
export const queueKind = (queue: string): string => queue.replace(/-\d+$/, "");

export const isQueueName = (name: string): name is QueueName => QUEUES.some((known) => known === name);
