import { logFailure } from "#log.ts";

/** D1 has been seen to stall for a minute and more; a tick that also sends waits no longer than this. */
const TIMEOUT_MS = 2_000;

/**
 * Waits for work elsewhere, but not for ever: what is late goes on by itself, what fails is logged.
 *
 * @returns the answer; null when it failed or did not come in time
 */
export async function withTimeout<T>(work: Promise<T>, event: string, campaignId: string): Promise<T | null> {
  const answer = work.catch((error: unknown) => {
    logFailure(event, error, { campaignId });
    return null;
  });
  return Promise.race([answer, scheduler.wait(TIMEOUT_MS).then(() => null)]);
}
