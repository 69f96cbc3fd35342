import type { Deps } from "#deps.ts";

/** A statement's worth: D1 answers nobody else meanwhile. */
const STEP = 1_000;
/** What is left waits for the next minute's cron. */
const MOST_STEPS = 10;

/** Ends attendances that nobody has ended: who was served a day ago may be written to again. */
export async function endIdleAttendances({ platform, now }: Pick<Deps, "platform" | "now">): Promise<void> {
  for (let step = 0; step < MOST_STEPS; step++) if ((await platform.endIdleAttendances(now(), STEP)) < STEP) return;
}
