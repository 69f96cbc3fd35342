import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { campaigns } from "#adapters/d1/schema/campaigns.ts";
import type { templates } from "#adapters/d1/schema/templates.ts";
import type { PortfolioLine } from "#contracts/portfolio-rpc.ts";
import { aCampaign, aContact, aLine, anAudience, aSegment, aTemplate, type TestTenant, unique } from "./builders.ts";

/** The campaign's own object, and its portfolio's: the real ones. */
export const campaignObject = (id: string) => env.CAMPAIGNS.get(env.CAMPAIGNS.idFromName(id));
export const portfolioObject = (id: string) => env.PORTFOLIOS.get(env.PORTFOLIOS.idFromName(id));

type Line = Awaited<ReturnType<typeof aLine>>;

/** Tells the portfolio of a line, as registering and syncing do. */
export async function putLine(line: Line, overrides: Partial<PortfolioLine> = {}): Promise<void> {
  await portfolioObject(line.portfolioId).putLine({
    lineId: line.id,
    tenantId: line.tenantId,
    phoneNumberId: line.phoneNumberId,
    sealedToken: line.sealedToken,
    status: line.status,
    quality: line.qualityRating,
    ratePerSecond: line.throughputPerSecond,
    ...overrides,
  });
}

export interface Launchable {
  campaign: Awaited<ReturnType<typeof aCampaign>>;
  segmentId: string;
  audienceId: string;
  templateId: string;
  wabaId: string;
  portfolioId: string;
  lines: Line[];
  contacts: Awaited<ReturnType<typeof aContact>>[];
}

/**
 * A draft that may be launched: three lines of one portfolio with a limit of 1,000, a template linked to them, and
 * `people` with opt-in. It starts in an hour unless told, so that launching it sends nothing.
 */
export async function aLaunchableCampaign(
  t: TestTenant,
  {
    people = 2,
    template = {},
    ...overrides
  }: Partial<typeof campaigns.$inferInsert> & {
    people?: number;
    template?: Partial<typeof templates.$inferInsert>;
  } = {},
): Promise<Launchable> {
  const { id: segmentId } = await aSegment(t);
  const wabaId = `5000${unique()}`;
  const portfolioId = `6000${unique()}`;
  const lines: Line[] = [];
  for (let i = 0; i < 3; i++) lines.push(await aLine(t, { segmentId, wabaId, portfolioId }));
  for (const line of lines) await putLine(line);
  await portfolioObject(portfolioId).putLimit(1_000);
  const { id: templateId } = await aTemplate(t, { wabaId, lineIds: lines.map((line) => line.id), ...template });
  const { id: audienceId } = await anAudience(t, { segmentId });
  const contacts: Launchable["contacts"] = [];
  for (let i = 0; i < people; i++) contacts.push(await aContact(t, { audienceId, name: `Pessoa ${i}` }));
  const startAt = Date.now() + 3_600_000;
  const campaign = await aCampaign(t, { segmentId, audienceId, templateId, startAt, ...overrides });
  return { campaign, segmentId, audienceId, templateId, wabaId, portfolioId, lines, contacts };
}

/** Launches it and lets its object read the whole audience. */
export async function launch(t: TestTenant, campaignId: string): Promise<void> {
  const response = await t.call("POST", `/v1/campaigns/${campaignId}/launch`);
  if (!response.ok) throw new Error(`The launch was answered ${response.status}: ${await response.text()}`);
  await finishPreparing(campaignId);
}

export async function finishPreparing(campaignId: string): Promise<void> {
  const object = campaignObject(campaignId);
  while ((await object.snapshot())?.status === "preparing") await runDurableObjectAlarm(object);
}

/** Asks for the first people of an audience, as a campaign of this segment would now. */
export const firstOf = (
  { audienceId, segmentId = null }: { audienceId: string; segmentId?: string | null },
  limit: number,
) => ({
  campaignId: "cmp_none",
  caps: [],
  audienceId,
  membership: null,
  filter: null,
  segmentId,
  afterContactId: null,
  limit,
  now: Date.now(),
});
