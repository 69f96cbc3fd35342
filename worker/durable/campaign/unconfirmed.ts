import type { ResendAnswer } from "#contracts/campaign-rpc.ts";
import { exclusionNow } from "#core/audience/eligibility.ts";
import { whoIsServed } from "#services/audience/in-service.ts";
import { CLAIM_LEASE_MS } from "./claims.ts";
import { noteServed } from "./contacts.ts";
import { placesFor } from "./reserve.ts";
import type { CampaignRun } from "./run.ts";
import { capsOf } from "./state.ts";
import type { RecipientRecord } from "./tables.ts";

/** Rows a step takes; between steps other events are heard. */
const STEP_ROWS = 1_000;

/**
 * Ends what has waited long enough: a claimed send without a result is unconfirmed, and one that no
 * status has settled within a day stays so.
 */
export function endWaits(run: CampaignRun): void {
  endClaims(run);
  endUnconfirmed(run);
}

/** When the next of those ends; null when nothing waits. */
export function nextWaitEnd({ storage }: CampaignRun): number | null {
  const ends = [storage.nextClaimEnd(), storage.nextUnconfirmedEnd()].filter((at) => at !== null);
  return ends.length > 0 ? Math.min(...ends) : null;
}

/** Claimed, and never heard of again: nobody knows whether it left. */
function endClaims(run: CampaignRun): void {
  const now = run.deps.now();
  for (const { claimId, contactIds } of run.storage.claimsOver(now)) {
    const changed = run.change(run.storage.byIds(contactIds), (row) =>
      row.status === "sending" && row.claimId === claimId ? { ...row, status: "unknown" } : row,
    );
    run.storage.closeClaim(claimId, new Set(contactIds));
    run.storage.addEvents(
      changed.map(({ contactId }) => ({ contactId, at: now, happened: { event: "in_doubt", reason: "no_result" } })),
    );
  }
}

/**
 * Rows as the version before left them: those on the queue wait, those being sent belong to their claims. The counters
 * tell whether there are any, so nothing is read otherwise.
 */
export function adoptEarlierRows(run: CampaignRun): void {
  const { storage, deps } = run;
  if (storage.tally.status("queued") > 0)
    run.change(storage.scan("queued"), (row) => ({ ...row, status: "pending", lineId: null }));
  if (storage.tally.status("sending") === 0 || storage.nextClaimEnd() !== null) return;
  for (const [claimId, rows] of Map.groupBy(storage.scan("sending"), (row) => row.claimId ?? ""))
    storage.addClaim(
      claimId,
      deps.now() + CLAIM_LEASE_MS,
      rows.map((row) => row.contactId),
    );
}

function endUnconfirmed(run: CampaignRun): void {
  const now = run.deps.now();
  const over = run.change(run.storage.unconfirmedOver(now), (row) => ({ ...row, unconfirmedUntil: null }));
  if (over.length === 0) return;
  run.storage.addEvents(
    over.map(({ contactId }) => ({
      contactId,
      at: now,
      happened: { event: "doubt_ended", reason: "day_passed" },
    })),
  );
  run.alert({ kind: "in_doubt", params: { when: "day_passed", count: over.length } }, "warning");
}

/**
 * Gives unconfirmed sends another try because a person said so, knowing that some may get the message twice. Consent,
 * blocks, service and the tenant's caps are looked at once more.
 *
 * @param contactIds null for all of them
 */
export async function resendUnconfirmed(run: CampaignRun, contactIds: string[] | null): Promise<ResendAnswer> {
  const { state, storage, deps } = run;
  const answer: ResendAnswer = { resent: 0, withheld: 0 };
  const served = await whoIsServed(deps, state.tenantId, state.spec.inService);
  noteServed(run, served.contactIds);
  // A campaign that has ended reads its catalogue no more.
  const policy = await deps.store(state.tenantId).campaigns.policyOf(state.campaignId);
  if (policy) run.set({ policy });
  for (const rows of pages(run, contactIds)) {
    const ids = rows.map((row) => row.contactId);
    const known = new Set(ids.filter((id) => storage.exclusionOf(id) !== null));
    const { contacts, blocks } = deps.store(state.tenantId);
    const [consenting, blocked] = await Promise.all([
      contacts.consenting(ids),
      blocks.among(ids, { segmentId: state.spec.segmentId, now: deps.now() }),
    ]);
    const places = await placesAgain(
      run,
      ids.filter((id) => consenting.has(id) && !blocked.has(id)),
    );
    // Consent given anew, or the end of a block, ends what was known before the question; what was noted since then is
    // newer than its answer.
    const lateExclusionOf = (id: string) =>
      !consenting.has(id) ? "optedOut" : known.has(id) ? null : storage.exclusionOf(id);
    const now = deps.now();
    // Other events have run meanwhile: only what is still unconfirmed.
    const fresh = storage.byIds(ids).filter((row) => row.status === "unknown");
    const exclusionOf = ({ contactId, phone }: RecipientRecord) =>
      exclusionNow({
        lateExclusion: lateExclusionOf(contactId),
        blocked: blocked.has(contactId),
        inService: run.served.has(contactId) || (phone !== null && served.phones.has(phone)),
        capped: !places.has(contactId),
      });
    const may = (row: RecipientRecord) => row.phone !== null && exclusionOf(row) === null;
    storage.forgetExcluded(fresh.filter(may).map((row) => row.contactId));
    const resent = run.change(fresh, (row) =>
      may(row) ? { ...row, status: "pending", notBefore: now, lineId: null, pinnedLine: null, claimId: null } : row,
    );
    storage.addEvents(
      resent.map(({ contactId }) => ({ contactId, at: now, happened: { event: "resent", reason: "by_user" } })),
    );
    storage.addEvents(
      fresh
        .filter((row) => !may(row))
        .map((row) => {
          const reason = WITHHELD[exclusionOf(row) ?? "optedOut"];
          return { contactId: row.contactId, at: now, happened: { event: "resend_withheld", reason } };
        }),
    );
    answer.resent += resent.length;
    answer.withheld += fresh.length - resent.length;
  }
  return answer;
}

/** Why there is no other try, as the recipient's history names it; a contact that was deleted takes its consent along. */
const WITHHELD = {
  optedOut: "no_consent",
  contactDeleted: "no_consent",
  blocked: "blocked",
  inService: "in_service",
  frequencyCap: "frequency_cap",
} as const;

/** Who may get another message by what the tenant allows now; their places are told of anew, whatever becomes of them. */
async function placesAgain(run: CampaignRun, contactIds: string[]): Promise<ReadonlySet<string>> {
  const { storage, deps } = run;
  const tellOf = () => {
    storage.untold.add("soon", contactIds, deps.now());
    storage.saveCounters();
  };
  if (capsOf(run.state, deps.now()).length === 0) return new Set(contactIds);
  // Before as well: D1 may have taken them when this object has died.
  tellOf();
  const places = await placesFor(run, contactIds);
  tellOf();
  return places;
}

/** Unconfirmed rows, some at a time; read as they are asked for. */
function* pages({ storage }: CampaignRun, contactIds: string[] | null): Generator<RecipientRecord[]> {
  if (contactIds !== null) {
    for (let i = 0; i < contactIds.length; i += STEP_ROWS) {
      yield storage.byIds(contactIds.slice(i, i + STEP_ROWS)).filter((row) => row.status === "unknown");
    }
    return;
  }
  for (let after = ""; ; ) {
    const rows = storage.unconfirmed(after, STEP_ROWS);
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    after = last.contactId;
  }
}
