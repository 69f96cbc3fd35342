import { SECOND_MS } from "#core/shared/time.ts";
import type { Deps } from "#deps.ts";

/** Some 50 ms of the one thread that all tenants share. */
const STEP_ROWS = 2_000;
/** The cron comes each minute. */
const RUN_MS = 30 * SECOND_MS;
const PAUSE_MS = 20;

/** Makes contacts that are older than the search findable by it, for some seconds; a million take a few minutes of the cron. */
export async function indexOlderContacts({ platform, now }: Pick<Deps, "now" | "platform">): Promise<void> {
  const until = now() + RUN_MS;
  while (now() < until && (await platform.indexOlderContacts(STEP_ROWS))) await scheduler.wait(PAUSE_MS);
}
