import { logFailure } from "#log.ts";

/** D1 has been seen to stall for a minute and more; a tick that also sends waits no longer than this. */
const PATIENCE_MS = 2_000;

/**
 * Waits for work on the catalogue, but not for ever: what is late goes on by itself, what fails is logged.
 *
 * @returns whether it was done in time
 */
export async function inTime(work: Promise<unknown>, event: string, campaignId: string): Promise<boolean> {
  const done = await answerInTime(
    work.then(() => true),
    event,
    campaignId,
  );
  return done === true;
}

/** The same for an answer; null when it failed or did not come in time. */
export async function answerInTime<T>(work: Promise<T>, event: string, campaignId: string): Promise<T | null> {
  const answer = work.catch((error: unknown) => {
    logFailure(event, error, { campaignId });
    return null;
  });
  return Promise.race([answer, scheduler.wait(PATIENCE_MS).then(() => null)]);
}
