import { z } from "zod";

/** A place in the product's work that a driver waits for: it is told at the n-th pass, and may end the process there. */
const armedSchema = z.object({
  url: z.url(),
  points: z.array(z.object({ point: z.string(), pass: z.int().min(1) })),
});

/*
 * Module state, on purpose: the Worker and its objects share one isolate in a local run, and a killed process must
 * forget what it was armed with.
 */
const left = new Map<string, number>();
let driver: string | null = null;

/** The fetch of the runtime, before anybody wraps it. */
export const plainFetch = globalThis.fetch;

/** Replaces what was armed before; an empty list disarms. */
export function arm(body: unknown): void {
  const { url, points } = armedSchema.parse(body);
  driver = url;
  left.clear();
  for (const { point, pass } of points) left.set(point, pass);
}

/**
 * Tells the driver that the work has come to this point, if it waits for it, and goes on when it answers. It answers
 * nothing when it kills the process instead. A point that nobody waits for costs a look into a map.
 */
export async function checkpoint(point: string): Promise<void> {
  const passes = left.get(point);
  if (passes === undefined || driver === null) return;
  if (passes > 1) {
    left.set(point, passes - 1);
    return;
  }
  left.delete(point);
  // A driver that has gone away must not stop the work.
  await plainFetch(driver, { method: "POST", body: point }).catch(() => undefined);
}

/** A checkpoint on either side of some work. */
export async function between<T>(name: string, work: () => Promise<T>): Promise<T> {
  await checkpoint(`${name}.before`);
  const result = await work();
  await checkpoint(`${name}.after`);
  return result;
}
