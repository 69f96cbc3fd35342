import { type AudienceTally, addToTally, decide, emptyTally } from "../core/eligibility.ts";
import { remaining, UNKNOWN_LIMIT } from "../core/messaging-limit.ts";
import type { Template as CoreTemplate } from "../core/model.ts";
import { type Preflight, type PreflightLine, preflight } from "../core/preflight.ts";
import { prepareTemplate, resolveVariables, validateRendered } from "../core/rendering.ts";
import type { Deps, TenantStore } from "../deps.ts";

type Campaign = NonNullable<Awaited<ReturnType<TenantStore["campaigns"]["get"]>>>;
type Template = NonNullable<Awaited<ReturnType<TenantStore["templates"]["get"]>>>;
type Page = Awaited<ReturnType<TenantStore["contacts"]["pageForCampaign"]>>;

/** Asks for no variable, so people can be counted before a template is chosen. */
const NO_TEMPLATE: CoreTemplate = {
  name: "",
  language: "",
  category: "",
  parameterFormat: "POSITIONAL",
  components: [],
};

/** Rows per page of the audience: about 1 MB of answer from D1. */
const PAGE_ROWS = 4_000;

/**
 * How far the audience is read. A launch only has to know whether anybody would get the message, so it stops at the
 * page with the first such person; its counts, and the warnings and estimates made of them, are then of that part only.
 */
export type Depth = "whole audience" | "first eligible";

/**
 * Checks a campaign as it stands now, by the same rules by which its object will prepare it; of a draft that is not
 * complete, what there is. Null when the campaign is gone. Memory stays flat whatever the audience: two pages at a time.
 */
export async function checkCampaign(
  deps: Deps,
  tenantId: string,
  campaign: Campaign,
  depth: Depth = "whole audience",
): Promise<Preflight | null> {
  const store = deps.store(tenantId);
  const [template, policy] = await Promise.all([
    campaign.templateId === null ? null : store.templates.get(campaign.templateId),
    store.campaigns.policyOf(campaign.id),
  ]);
  if (!policy) return null;
  const now = deps.now();
  const [lines, { audience, tooLong }] = await Promise.all([
    readLines(deps, store, campaign),
    countAudience(store, campaign, template, now, depth),
  ]);
  const { sender, startAt, pacing, variables } = campaign;
  const window = policy.sendingWindow;
  const chosen = { segment: campaign.segmentId !== null, audience: campaign.audienceId !== null };
  return preflight({ now, chosen, sender, startAt, pacing, window, variables, template, lines, audience, tooLong });
}

/** The campaign's lines with what their portfolios know of them: there is where sends are granted. */
async function readLines(deps: Deps, store: TenantStore, campaign: Campaign): Promise<PreflightLine[]> {
  const lines = await store.campaigns.linesFor(campaign);
  const portfolioIds = [...new Set(lines.map((line) => line.portfolioId))];
  const overviews = new Map(
    await Promise.all(portfolioIds.map(async (id) => [id, await deps.portfolio(id).overview()] as const)),
  );
  return lines.map((line): PreflightLine => {
    const portfolio = overviews.get(line.portfolioId);
    const state = portfolio?.lines.find(({ lineId }) => lineId === line.lineId);
    return {
      ...line,
      // A line that its portfolio has not heard of gets no grants, whatever Meta says of the number.
      status: state?.status ?? "UNKNOWN",
      quality: state?.quality ?? "UNKNOWN",
      resting: state?.resting ?? null,
      ratePerSecond: state?.ratePerSecond ?? 0,
      remaining24h: portfolio
        ? remaining(portfolio.messagingLimit ?? UNKNOWN_LIMIT, portfolio.used24h, portfolio.reserved24h)
        : null,
      used: 0,
    };
  });
}

interface AudienceCount {
  audience: AudienceTally;
  tooLong: number;
}

async function countAudience(
  store: TenantStore,
  campaign: Campaign,
  template: Template | null,
  now: number,
  depth: Depth,
): Promise<AudienceCount> {
  const count: AudienceCount = { audience: emptyTally(), tooLong: 0 };
  const { audienceId } = campaign;
  if (audienceId === null) return count;
  const inService = await phonesInService(store, campaign, now);
  const countPage = pageCounter(count, campaign, template ?? NO_TEMPLATE, inService);
  for await (const page of pagesOf((after) => store.contacts.pageForCampaign(audienceId, after, PAGE_ROWS))) {
    countPage(page);
    if (depth === "first eligible" && count.audience.eligible > 0) break;
  }
  return count;
}

/** Asks for the next page before it gives one out, so that it comes while that one is counted. */
async function* pagesOf(read: (afterContactId: string | null) => Promise<Page>): AsyncGenerator<Page> {
  let page = await read(null);
  while (page.length > 0) {
    const last = page.length === PAGE_ROWS ? page.at(-1) : undefined;
    const next = last ? read(last.id) : Promise.resolve([]);
    // Whoever stops early does not wait for it, and must not be told that it failed.
    next.catch(() => undefined);
    yield page;
    page = await next;
  }
}

function pageCounter(count: AudienceCount, campaign: Campaign, template: CoreTemplate, inService: Set<string>) {
  const prepared = prepareTemplate(template);
  return (page: Page): void => {
    for (const contact of page) {
      const resolved = resolveVariables(prepared, campaign.variables, contact);
      const decision = decide(contact, {
        optedOut: contact.optOutAt !== null && contact.optInStatus !== "granted",
        inService: contact.phone !== null && inService.has(contact.phone),
        // One row per person and tenant: the catalogue holds each phone once.
        unreachable: contact.unreachable,
        seenBefore: false,
        filter: campaign.filter,
        missingVariables: () => (resolved.ok ? [] : resolved.error.missing),
      });
      addToTally(count.audience, decision);
      if (decision === null && resolved.ok && !validateRendered(prepared, resolved.value).ok) count.tooLong += 1;
    }
  };
}

async function phonesInService(store: TenantStore, { inService }: Campaign, now: number): Promise<Set<string>> {
  if (inService.mode === "include") return new Set();
  const rows = await store.attendances.inService({ now, withinMinutes: inService.withinMinutes ?? 0 });
  return new Set(rows.map((row) => row.phone));
}
