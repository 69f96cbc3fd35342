import { addToTally, decide, emptyTally, memberFacts } from "#core/audience/eligibility.ts";
import { type AppliedCap, capsFor } from "#core/campaigns/frequency-caps.ts";
import { type Preflight, preflight } from "#core/campaigns/preflight.ts";
import type { PreflightLine, PreflightSnapshot } from "#core/campaigns/preflight-snapshot.ts";
import { remaining, UNKNOWN_LIMIT } from "#core/meta/messaging-limit.ts";
import type { Template as CoreTemplate } from "#core/meta/template.ts";
import { addressesAsSuffix, prepareTemplate, resolveVariables, validateRendered } from "#core/templates/rendering.ts";
import type { Deps, TenantStore } from "#deps.ts";
import { whoIsServed } from "#services/audience/in-service.ts";

type Needs = Pick<Deps, "now" | "portfolio" | "store">;

export type CampaignRow = NonNullable<Awaited<ReturnType<TenantStore["campaigns"]["get"]>>>;
type Template = NonNullable<Awaited<ReturnType<TenantStore["templates"]["get"]>>>;
type Page = Awaited<ReturnType<TenantStore["contacts"]["pageForCampaign"]>>;
type People = Page["data"];

/** Asks for no variable, so people can be counted before a template is chosen. */
const NO_TEMPLATE: CoreTemplate = {
  name: "",
  language: "",
  category: "",
  parameterFormat: "POSITIONAL",
  components: [],
};

/** How long one request counts people: half a million on a quiet day, and short of what proxies wait for. */
export const COUNTING_MS = 20_000;
/** Rows per page of the audience: about 1 MB of answer from D1. */
const PAGE_ROWS = 4_000;

/** How far the audience has been counted. `after`: the last contact that was; null at its end, or before its first. */
export interface AudienceCount extends Pick<PreflightSnapshot, "audience" | "tooLong" | "addressesAsSuffix"> {
  after: string | null;
}

/**
 * How far the audience is read. A launch only has to know whether anybody would get the message, so it stops at the
 * page with the first such person; others go on from where they stopped and read until an instant (ms). Counts, and the
 * warnings and estimates made of them, are of the part that was read.
 */
export type Depth = "first eligible" | { from: AudienceCount | null; until: number };

/** `rest`: from where to count on; null when the whole audience was counted. */
export interface CheckedCampaign {
  report: Preflight;
  rest: AudienceCount | null;
}

/**
 * Checks a campaign as it stands now, by the same rules by which its object will prepare it; of a draft that is not
 * complete, what there is. Null when the campaign is gone. Memory stays flat whatever the audience: two pages at a time.
 */
export async function checkCampaign(
  deps: Needs,
  tenantId: string,
  campaign: CampaignRow,
  depth: Depth,
): Promise<CheckedCampaign | null> {
  const store = deps.store(tenantId);
  const [template, policy] = await Promise.all([
    campaign.templateId === null ? null : store.templates.get(campaign.templateId),
    store.campaigns.policyOf(campaign.id),
  ]);
  if (!policy) return null;
  const now = deps.now();
  const { sender, startAt, pacing, variables } = campaign;
  const caps = capsFor(policy.frequencyCaps, template?.category ?? "", Math.max(now, startAt ?? 0));
  const [lines, count] = await Promise.all([
    readLines(deps, store, campaign),
    countAudience(deps, campaign, template, caps, store, depth),
  ]);
  const window = policy.sendingWindow;
  const rest = count.after === null ? null : count;
  const { after: _, ...counted } = count;
  const chosen = { segment: campaign.segmentId !== null, audience: campaign.audienceId !== null };
  const setting = { now, chosen, sender, startAt, pacing, window, variables, template, lines };
  return { report: preflight({ ...setting, ...counted, partial: rest !== null }), rest };
}

/** The campaign's lines with what their portfolios know of them: there is where sends are granted. */
async function readLines(deps: Needs, store: TenantStore, campaign: CampaignRow): Promise<PreflightLine[]> {
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
      cooldown: state?.cooldown ?? null,
      ratePerSecond: state?.ratePerSecond ?? 0,
      remaining24h: portfolio
        ? remaining(portfolio.messagingLimit ?? UNKNOWN_LIMIT, portfolio.used24h, portfolio.reserved24h)
        : null,
      used: 0,
    };
  });
}

async function countAudience(
  deps: Needs,
  campaign: CampaignRow,
  template: Template | null,
  caps: AppliedCap[],
  store: TenantStore,
  depth: Depth,
): Promise<AudienceCount> {
  const from = depth === "first eligible" ? null : depth.from;
  const nothing: AudienceCount = { audience: emptyTally(), tooLong: 0, addressesAsSuffix: {}, after: null };
  const count = from ? structuredClone(from) : nothing;
  const { id: campaignId, audienceId, segmentId } = campaign;
  if (audienceId === null) return count;
  const { phones: served } = await whoIsServed(deps, campaign.tenantId, campaign.inService);
  const membership = (await store.audiences.get(audienceId))?.filter ?? null;
  const setting = { campaignId, audienceId, membership, filter: campaign.filter, segmentId, caps, now: deps.now() };
  const countPage = pageCounter(count, campaign, template ?? NO_TEMPLATE, served, setting.now);
  const read = (afterContactId: string | null) =>
    store.contacts.pageForCampaign({ ...setting, afterContactId, limit: PAGE_ROWS });
  for await (const page of pagesOf(read, count.after)) {
    countPage(page.data);
    count.after = page.nextCursor;
    if (depth === "first eligible" ? count.audience.eligible > 0 : deps.now() >= depth.until) return count;
  }
  return { ...count, after: null };
}

/** Asks for the next page before it gives one out, so that it comes while that one is counted. */
async function* pagesOf(
  read: (afterContactId: string | null) => Promise<Page>,
  from: string | null,
): AsyncGenerator<Page> {
  let page = await read(from);
  while (page.nextCursor !== null) {
    const next = read(page.nextCursor);
    // Whoever stops early does not wait for it, and must not be told that it failed.
    next.catch(() => undefined);
    yield page;
    page = await next;
  }
  yield page;
}

function pageCounter(
  count: AudienceCount,
  campaign: CampaignRow,
  template: CoreTemplate,
  served: ReadonlySet<string>,
  now: number,
) {
  const prepared = prepareTemplate(template);
  return (people: People): void => {
    for (const contact of people) {
      const resolved = resolveVariables(prepared, campaign.variables, contact);
      const decision = decide(contact, {
        ...memberFacts(contact, served),
        filter: campaign.filter,
        now,
        missingVariables: () => (resolved.ok ? [] : resolved.error.missing),
      });
      addToTally(count.audience, decision);
      if (decision !== null || !resolved.ok) continue;
      if (!validateRendered(prepared, resolved.value).ok) count.tooLong += 1;
      for (const key of addressesAsSuffix(prepared, resolved.value)) {
        count.addressesAsSuffix[key] = (count.addressesAsSuffix[key] ?? 0) + 1;
      }
    }
  };
}
