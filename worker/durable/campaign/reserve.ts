import { withTimeout } from "#durable/shared/with-timeout.ts";
import type { CampaignRun } from "./run.ts";
import { capsOf, categoryNow } from "./state.ts";
import { FIRST_PLACE, type Place } from "./storage.ts";
import type { RecipientRecord } from "./tables.ts";

/** People of one question to D1, which takes some tens of milliseconds. */
const BATCH_ROWS = 1_000;
/** Questions of one tick: more than the lines of a campaign take. */
const BATCHES = 3;

/** Everybody who waits for a later try, none of whom has been reserved. */
const LATER_TRIES_FIRST = -1;

/**
 * Takes a place in D1 for the people who come next, when the tenant limits how often campaigns together write to a person:
 * whoever gets none is left out, and nobody is sent to before. A place is kept for as long as the message may leave, and
 * given back when it is told what became of it (`tellSends`). Nothing is asked while no cap holds.
 */
export async function reserve(run: CampaignRun): Promise<void> {
  const { state, deps, storage, pipeline } = run;
  const applies = capsOf(state, deps.now()).length > 0;
  if (applies !== (state.reservedTo != null)) {
    // Who is on the queue by now has no place.
    if (applies) run.unqueueAll();
    run.set({ reservedTo: applies ? LATER_TRIES_FIRST : null }, { waitsForTick: false });
  }
  if (!isBehind(run)) return;
  run.reserving ??= reserveNext(run).finally(() => {
    run.reserving = null;
  });
  const answer = withTimeout(run.reserving, "not_reserved", state.campaignId);
  // Sends wait for it only when there are no others.
  const anyOther = pipeline.queued.size + storage.tally.status("sending") > 0;
  if (!mayNotSend(run) && (anyOther || storage.anyReady(run.openPositions(), deps.now()))) return;
  // A campaign that stands still says so, as of other steps that fail again and again.
  if ((await answer) === null) throw new Error("Nobody could be reserved.");
}

/** Whether people of open waves wait to be reserved. */
export const isBehind = (run: CampaignRun): boolean =>
  run.state.reservedTo != null && run.state.reservedTo < run.openedPositions();

/** Whether nobody may be sent to, also not once more. */
export const mayNotSend = ({ state }: CampaignRun): boolean => state.reservedTo === LATER_TRIES_FIRST;

async function reserveNext(run: CampaignRun): Promise<void> {
  const { state, storage } = run;
  if (mayNotSend(run)) {
    let from: Pick<Place, "notBefore" | "contactId"> = FIRST_PLACE;
    for (;;) {
      const rows = storage.laterTries(from, BATCH_ROWS);
      const last = rows.at(-1);
      if (!last) break;
      if (!(await reserveThese(run, rows, null))) return;
      from = last;
    }
    run.set({ reservedTo: 0 }, { waitsForTick: false });
  }
  for (let batch = 0; batch < BATCHES && isBehind(run); batch++) {
    const opened = run.openedPositions();
    const rows = storage.firstTries(state.reservedTo ?? 0, opened, BATCH_ROWS);
    const to = rows.length < BATCH_ROWS ? opened : (rows.at(-1)?.position ?? opened);
    if (!(await reserveThese(run, rows, to))) return;
  }
}

/**
 * @param to the position up to which everybody has been asked for then; null for later tries
 * @returns false when other events have made the answer void
 */
async function reserveThese(run: CampaignRun, rows: RecipientRecord[], to: number | null): Promise<boolean> {
  const { state, storage } = run;
  const from = state.reservedTo;
  const upTo = to ?? run.openedPositions();
  // On disk before D1 is asked: what it may have reserved is given back, whatever happens between.
  run.set({ askedToReserve: Math.max(state.askedToReserve ?? 0, to ?? 0) }, { waitsForTick: false });
  const people = rows.filter((row) => run.checked(row, upTo) === row).map((row) => row.contactId);
  const reserved = await placesFor(run, people);
  if (state.reservedTo !== from || state.status !== "running") return false;
  const asked = new Set(people);
  // Others may have been changed meanwhile; who is left out for another reason was not asked for.
  run.change(storage.byIds(rows.map((row) => row.contactId)), (row) =>
    run.checked(row, upTo, asked.has(row.contactId) && !reserved.has(row.contactId)),
  );
  if (to !== null) run.set({ reservedTo: to }, { waitsForTick: false });
  return true;
}

/** Who of these has a place under the tenant's caps now: all while there are none. */
export async function placesFor(run: CampaignRun, contactIds: string[]): Promise<ReadonlySet<string>> {
  const { state, storage, deps } = run;
  const now = deps.now();
  const caps = capsOf(state, now);
  if (caps.length === 0 || contactIds.length === 0) return new Set(contactIds);
  const { campaignId, tenantId } = state;
  return deps.store(tenantId).contactSends.reserve({
    campaignId,
    category: categoryNow(state).toLowerCase(),
    asOf: storage.untold.nextInstant(now),
    contactIds,
    caps,
  });
}
