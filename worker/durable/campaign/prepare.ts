import { CONTACT_FIELDS } from "#core/audience/contact-fields.ts";
import { decide, memberFacts } from "#core/audience/eligibility.ts";
import { planWaves, waveSize } from "#core/campaigns/waves.ts";
import { compactVariables, resolveVariables } from "#core/templates/rendering.ts";
import type { TenantStore } from "#deps.ts";
import { whoIsServed } from "#services/audience/in-service.ts";
import type { CampaignRun } from "./run.ts";
import { capsOf } from "./state.ts";
import type { NewRecipient } from "./tables.ts";

type AudiencePage = Awaited<ReturnType<TenantStore["contacts"]["pageForCampaign"]>>;

/** Rows per page of the audience: some tens of milliseconds of work, for which nobody else is answered. */
const PAGE_ROWS = 1_000;
/** A tick stops after this long, so that the catalogue is told how far it is. */
const STEP_MS = 3_000;

/**
 * Gives the next members of the audience their rows, a page at a time in the order of their ids; rows, counters and
 * cursor are one commit, so a crash repeats nothing and loses nothing. Of a dynamic audience the members are those that
 * match when their page is read.
 */
export async function prepareStep(run: CampaignRun): Promise<void> {
  const { deps, state } = run;
  const store = deps.store(state.tenantId);
  const startedAt = deps.now();
  const { phones } = await whoIsServed(deps, state.tenantId, state.spec.inService);
  while (deps.now() - startedAt < STEP_MS && state.status === "preparing") {
    const cursor = state.cursor;
    const { audienceId, membership = null, filter, segmentId, startAt } = state.spec;
    const now = deps.now();
    const caps = capsOf(state, Math.max(now, startAt ?? 0));
    const setting = { audienceId, membership, filter, segmentId, now, campaignId: state.campaignId, caps };
    const page = await store.contacts.pageForCampaign({ ...setting, afterContactId: cursor, limit: PAGE_ROWS });
    // Another event may have run meanwhile.
    if (state.status !== "preparing" || state.cursor !== cursor) return;
    addRows(run, page, phones, now);
    if (page.nextCursor === null) return finish(run);
    // Lets in whoever wants to know, pause or cancel: answers of D1 alone may come so fast that nobody else has a turn.
    await scheduler.wait(1);
  }
}

/** @param now when the page was asked for */
function addRows(run: CampaignRun, { data, nextCursor }: AudiencePage, served: ReadonlySet<string>, now: number): void {
  const { state, storage, rendering } = run;
  const { filter, variables } = state.spec;
  let position = state.eligible;
  const rows = data.map((contact): NewRecipient => {
    // Since the page was asked for: the row is for the count alone.
    if (storage.isForgotten(contact.id)) return nobody(contact.id);
    const resolved = resolveVariables(rendering.template, variables, contact);
    const skipReason = decide(contact, {
      ...memberFacts(contact, served),
      // Since the page was asked for.
      lateExclusion: storage.exclusionOf(contact.id),
      filter,
      now,
      missingVariables: () => (resolved.ok ? [] : resolved.error.missing),
    });
    return {
      contactId: contact.id,
      position: skipReason ? null : ++position,
      status: skipReason ? "skipped" : "pending",
      skipReason,
      name: contact.name,
      phone: contact.phone,
      reportFields: CONTACT_FIELDS.map((field) => contact[field]),
      vars: resolved.ok ? compactVariables(resolved.value) : null,
    };
  });
  storage.insert(rows);
  for (const { status, skipReason } of rows) {
    storage.tally.add(`status/${status}`, 1);
    if (skipReason) storage.tally.add(`skip/${skipReason}`, 1);
  }
  storage.saveCounters();
  run.set({
    cursor: nextCursor ?? data.at(-1)?.id ?? state.cursor,
    eligible: position,
    audience: state.audience + rows.length,
  });
}

const nobody = (contactId: string): NewRecipient => ({
  contactId,
  position: null,
  status: "skipped",
  skipReason: "contactDeleted",
  name: "",
  phone: null,
  reportFields: [],
  vars: null,
});

/** Everybody has a row: waves can be counted, and the campaign waits for its start or begins. */
function finish(run: CampaignRun): void {
  const { state, storage, deps } = run;
  const now = deps.now();
  const size = waveSize(state.eligible, state.spec.pacing);
  for (const { index, count } of planWaves(state.eligible, now, state.spec.pacing))
    storage.tally.add(`wave/${index}/total`, count);
  for (const { wave, status, n } of storage.waveCounts(Math.max(1, size))) {
    // Excluded while others were still being read.
    if (status === "pending" || status === "skipped") storage.tally.add(`wave/${wave}/${status}`, n);
  }
  storage.saveCounters();
  run.transition("prepared", { prepared: true, firstWaveAt: state.spec.startAt ?? now, statusReason: null });
}
