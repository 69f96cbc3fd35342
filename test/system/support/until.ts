import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds. Ends what hangs; a busy machine alone must not. */
const TIMEOUT_MS = 240_000;

export interface WaitLimits {
  timeoutMs?: number;
  everyMs?: number;
}

/** Asks until the answer is something; fails with `what` was awaited. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  { timeoutMs = TIMEOUT_MS, everyMs = 250 }: WaitLimits = {},
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs / 1000} s in vain: ${what}`);
    await sleep(everyMs);
  }
}
