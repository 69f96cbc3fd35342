import type { JobMessage } from "#contracts/queue-messages.ts";
import { type ErasureCursor, type ErasureFound, nextStage } from "#core/audience/erasure.ts";
import { type PersonFinder, type PersonMarks, personFinder } from "#core/audience/person.ts";
import { parseJson } from "#core/shared/json.ts";
import type { Deps, TenantStore } from "#deps.ts";
import { logFailure } from "#log.ts";
import { raiseAlert } from "#services/operations/raise-alert.ts";
import { excludeFromCampaigns } from "./consent.ts";
import { eraseFromFiles } from "./erase-files.ts";
import { openPerson } from "./erasures.ts";

type Needs = Pick<
  Deps,
  "campaign" | "files" | "newId" | "now" | "platform" | "portfolio" | "queues" | "sealedTexts" | "sealer" | "store"
>;
type ErasureMessage = Extract<JobMessage, { kind: "erasure" }>;
type ErasureRow = NonNullable<Awaited<ReturnType<TenantStore["erasures"]["open"]>>>;

/** After this long the rest goes to the next message: a consumer has 30 s of CPU. */
const RUN_MS = 10_000;
/** An erasure that has not moved for this long lost its message. */
const STALLED_MS = 60_000;
/** A step that could not be taken in so many tries is given up until somebody asks again. */
const MAX_ATTEMPTS = 10;
const MOST_ERASURES = 200;
/** Objects asked in one step, each for a look at some thousands of rows. */
const CAMPAIGNS_A_STEP = 20;
/** A sealed text may have 170 KB. */
const SEALED_A_STEP = 50;

/**
 * Goes on with an erasure where its cursor stands, for some seconds, and sends itself the next message. Safe to deliver
 * twice, late or side by side: each step does the same again, and its cursor moves once. Throws when a step could not be
 * taken, so that its message is tried again.
 */
export async function runErasure(deps: Needs, message: ErasureMessage, runMs = RUN_MS): Promise<void> {
  const { erasures } = deps.store(message.tenantId);
  let job: ErasureRow | null = await erasures.open(message.erasureId);
  if (!job) return;
  if (job.attempts >= MAX_ATTEMPTS) return giveUp(deps, job);
  const until = deps.now() + runMs;
  do {
    try {
      if (isShared(job.cursor) && (await erasures.first()) !== job.id) return await erasures.waits(job, deps.now());
      const done = await takeStep(deps, job);
      if (!(await erasures.move(job, { ...done, now: deps.now() }))) return;
      if (done.cursor === null) return await wakeNext(deps, job.tenantId);
    } catch (error) {
      const attempts = job.attempts + 1;
      logFailure("erasure_step_failed", error, { erasureId: job.id, stage: job.cursor.stage, attempts });
      if (!(await erasures.failedStep(job, deps.now()))) return;
      if (attempts >= MAX_ATTEMPTS) return giveUp(deps, job);
      throw error;
    }
    job = await erasures.open(message.erasureId);
    if (!job) return;
  } while (deps.now() < until);
  await deps.queues.enqueueJob(message);
}

/** Texts and files hold several people: two who rewrite one would each put back whom the other has taken out. */
const isShared = ({ stage }: ErasureCursor) => stage === "sealed" || stage === "files";

/** Whoever waited for its turn. */
async function wakeNext(deps: Needs, tenantId: string): Promise<void> {
  const erasureId = await deps.store(tenantId).erasures.first();
  if (erasureId !== null) await deps.queues.enqueueJob({ kind: "erasure", tenantId, erasureId });
}

/**
 * Puts erasures without progress on the queue again: local queues forget, and a message may end in the dead letters. Each
 * time counts as a try, for who dies at its work tells nobody.
 */
export async function requeueStalledErasures(deps: Needs, now: number): Promise<void> {
  for (const job of await deps.platform.stalledErasures(now - STALLED_MS, MOST_ERASURES)) {
    if (!(await deps.store(job.tenantId).erasures.failedStep(job, now))) continue;
    await deps.queues.enqueueJob({ kind: "erasure", tenantId: job.tenantId, erasureId: job.id });
  }
}

interface Step {
  cursor: ErasureCursor | null;
  found: ErasureFound;
}

async function takeStep(deps: Needs, job: ErasureRow): Promise<Step> {
  const person = await openPerson(deps, job);
  const finder = personFinder(person);
  const { tenantId, cursor } = job;
  switch (cursor.stage) {
    case "stop":
      await excludeFromCampaigns(deps, tenantId, person.contactIds, "contactDeleted");
      return { cursor: nextStage(cursor), found: {} };
    case "catalogue":
      return eraseFromCatalogue(deps, job, person);
    case "campaigns":
      return forgetInCampaigns(deps, job, person);
    case "portfolios":
      return forgetInPortfolios(deps, job, person);
    case "sealed":
      return eraseFromSealed(deps, job, finder);
    case "files": {
      const step = await eraseFromFiles(deps, tenantId, cursor, finder);
      return { ...step, cursor: step.cursor ?? nextStage(cursor) };
    }
  }
}

/** Counted before it is erased: a repeat would find nothing. */
async function eraseFromCatalogue(deps: Needs, { tenantId, cursor }: ErasureRow, person: PersonMarks): Promise<Step> {
  const { erasures } = deps.store(tenantId);
  if (cursor.within === "")
    return { cursor: { ...cursor, within: "counted" }, found: await erasures.countPerson(person) };
  await erasures.erasePerson(person);
  return { cursor: nextStage(cursor), found: {} };
}

/** Whoever does not answer is asked again; none is passed over. */
async function forgetInCampaigns(deps: Needs, { tenantId, cursor }: ErasureRow, person: PersonMarks): Promise<Step> {
  const { contactIds, phones } = person;
  let { after, within } = cursor;
  const found = { campaigns: 0, recipients: 0 };
  for (let asked = 0; asked < CAMPAIGNS_A_STEP; asked += 1) {
    const [campaignId] = await deps.store(tenantId).erasures.launchedAfter(after, 1);
    if (!campaignId) return { cursor: nextStage(cursor), found };
    const answer = await deps.campaign(campaignId).forget(tenantId, { contactIds, phones }, within);
    if (answer.outcome !== "forgotten") throw new Error("a campaign did not forget a person");
    if (answer.rows > 0) found.campaigns += 1;
    found.recipients += answer.rows;
    if (answer.next === null) after = campaignId;
    within = answer.next ?? "";
  }
  return { cursor: { ...cursor, after, within }, found };
}

async function forgetInPortfolios(deps: Needs, { tenantId, cursor }: ErasureRow, person: PersonMarks): Promise<Step> {
  const { erasures } = deps.store(tenantId);
  const { contactIds, phones } = person;
  const campaignIds = await erasures.launchedIds();
  let portfolioUsers = 0;
  for (const portfolioId of await erasures.portfolioIds())
    portfolioUsers += await deps.portfolio(portfolioId).forget({ contactIds, phones }, campaignIds);
  return { cursor: nextStage(cursor), found: { portfolioUsers } };
}

/** Dead letters first, then the answers that are kept for a repeat of their requests. */
async function eraseFromSealed(deps: Needs, { tenantId, cursor }: ErasureRow, finder: PersonFinder): Promise<Step> {
  const where = cursor.within === "" ? "deadLetters" : "storedAnswers";
  const texts = deps.sealedTexts(tenantId);
  const page = await texts.page(where, cursor.after, SEALED_A_STEP);
  let count = 0;
  const gone: string[] = [];
  for (const { key, text } of page) {
    if (text === null || !finder.inMessage(text)) continue;
    count += 1;
    const rest = where === "deadLetters" ? withoutPerson(text, finder) : null;
    if (rest === null) gone.push(key);
    else await texts.put(where, key, rest);
  }
  if (gone.length > 0) await texts.remove(where, gone);
  const found = { [where]: count };
  const last = page.at(-1);
  if (last && page.length === SEALED_A_STEP) return { cursor: { ...cursor, after: last.key }, found };
  if (where === "deadLetters") return { cursor: { ...cursor, after: "", within: "storedAnswers" }, found };
  return { cursor: nextStage(cursor), found };
}

/** A queue message without what it tells of the person; null when nothing is left of it. Others in it keep their news. */
function withoutPerson(text: string, finder: PersonFinder): string | null {
  const message = parseJson(text);
  if (typeof message !== "object" || message === null) return null;
  const rest: Record<string, unknown> = { ...message };
  for (const list of ["events", "settlements"]) {
    const items = rest[list];
    if (!Array.isArray(items)) continue;
    const others = items.filter((item) => !finder.inMessage(JSON.stringify(item)));
    if (others.length === 0) return null;
    rest[list] = others;
  }
  const json = JSON.stringify(rest);
  return finder.inMessage(json) ? null : json;
}

async function giveUp(deps: Needs, job: Pick<ErasureRow, "id" | "tenantId">): Promise<void> {
  if (!(await deps.store(job.tenantId).erasures.fail(job.id, deps.now()))) return;
  await raiseAlert(deps, job.tenantId, {
    kind: "erasure_failed",
    severity: "critical",
    subject: job.id,
    params: { attempts: MAX_ATTEMPTS },
  });
  await wakeNext(deps, job.tenantId);
}
