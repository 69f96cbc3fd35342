/** The queues whose dead letters are kept: what they asked for would not happen otherwise. */
export const QUEUES = ["meta-events", "jobs"] as const;
export type QueueName = (typeof QUEUES)[number];

/**
 * How often a message is tried before it is a dead letter: once and `max_retries` of wrangler.toml. Told from here
 * because the count that comes with a message begins again on the dead-letter queue.
 */
export const TRIES: Record<QueueName, number> = { "meta-events": 21, jobs: 11 };

export const isQueueName = (name: string): name is QueueName => QUEUES.some((known) => known === name);
