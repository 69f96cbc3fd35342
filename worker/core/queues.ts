/** The kinds of work that wait on queues; messages that leave are spread over four queues of one kind. */
export const QUEUES = ["sends", "meta-events", "jobs"] as const;
export type QueueName = (typeof QUEUES)[number];

/**
 * How often a message is tried before it is a dead letter: once and `max_retries` of wrangler.toml. Told from here
 * because the count that comes with a message begins again on the dead-letter queue.
 */
export const TRIES: Record<QueueName, number> = { sends: 11, "meta-events": 21, jobs: 11 };

export const isQueueName = (name: string): name is QueueName => QUEUES.some((known) => known === name);
