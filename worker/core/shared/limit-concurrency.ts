/**
 * Cloudflare lets an invocation have six outgoing calls (fetch, R2, queues…) that wait for response headers; a seventh
 * waits unseen. Local runs do not enforce it, so we count ourselves.
 */
export const CALLS_AT_A_TIME = 6;

export type Limiter = <T>(task: () => Promise<T>) => Promise<T>;

/** Runs at most `most` tasks at a time, the others in the order they came. A task that fails gives its place back. */
export function limitConcurrency(most: number): Limiter {
  if (!Number.isInteger(most) || most < 1) throw new RangeError("at least one task must be allowed to run");
  const waiting: (() => void)[] = [];
  let running = 0;

  const enter = () => {
    if (running < most) {
      running += 1;
      return Promise.resolve();
    }
    // Whoever leaves hands the place over, so `running` stays as it is.
    return new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };

  return async (task) => {
    await enter();
    try {
      return await task();
    } finally {
      leave();
    }
  };
}
