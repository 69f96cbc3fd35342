import { and, desc, eq, gte, inArray, lt, or, type SQL, sql } from "drizzle-orm";
import { namesAudience } from "#adapters/d1/audience/filter-sql.ts";
import { type PageQuery, toPage } from "#adapters/d1/page.ts";
import { audiences } from "#adapters/d1/schema/audience.ts";
import { campaigns, sendRollups } from "#adapters/d1/schema/campaigns.ts";
import { tenants } from "#adapters/d1/schema/identity.ts";
import { lines } from "#adapters/d1/schema/lines.ts";
import { templateLines, templates } from "#adapters/d1/schema/templates.ts";
import { nameMatches } from "#adapters/d1/search.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import { type CampaignPolicy, policyOf } from "#core/campaigns/policy.ts";
import { ACTIVE_STATUSES, type CampaignStatus } from "#core/campaigns/status.ts";
import type { DraftSender, Sender } from "#core/lines/sender.ts";
import type { Template } from "#core/meta/template.ts";
import type { CampaignCounts } from "#core/sending/counts.ts";
import { hourOf } from "#core/sending/tally.ts";
import type { Wait } from "#core/sending/waiting.ts";
import { isSendable } from "#core/templates/sync.ts";

export type CampaignRow = typeof campaigns.$inferSelect;
export type CampaignSettings = Pick<
  CampaignRow,
  | "name"
  | "segmentId"
  | "audienceId"
  | "filter"
  | "templateId"
  | "variables"
  | "sender"
  | "startAt"
  | "pacing"
  | "sendingWindow"
  | "inService"
>;

/** D1's copy of where a campaign stands, as its object flushes it. */
export interface CampaignProjection {
  status: CampaignStatus;
  statusReason: string | null;
  launchedAt: number;
  completedAt: number | null;
  waiting: Wait[];
  counts: CampaignCounts;
  updatedAt: number;
}

interface HourRow {
  hour: number;
  lineId: string;
  segmentId: string;
  templateId: string;
  sent: number;
  delivered: number;
  read: number;
  failed: number;
  replied: number;
  idr: number;
  operation: number;
}

const isChosen = (sender: DraftSender): sender is Sender => sender.mode === "prospect" || sender.lineId !== null;

export function campaignStore({ orm, d1, tenantId }: TenantDb) {
  const own = (id: string) => and(eq(campaigns.tenantId, tenantId), eq(campaigns.id, id));
  const get = async (id: string): Promise<CampaignRow | null> =>
    (await orm.select().from(campaigns).where(own(id)).get()) ?? null;

  /** What the tenant has decided and the campaign may have changed, as it stands now; null for an unknown campaign. */
  const policy = async (id: string): Promise<CampaignPolicy | null> => {
    const row = await orm
      .select({ settings: tenants.settings, choice: campaigns.sendingWindow })
      .from(campaigns)
      .innerJoin(tenants, eq(tenants.id, campaigns.tenantId))
      .where(own(id))
      .get();
    return row ? policyOf(row.settings, row.choice) : null;
  };

  const templateOf = async (id: string) =>
    (await orm
      .select()
      .from(templates)
      .where(and(eq(templates.tenantId, tenantId), eq(templates.id, id)))
      .get()) ?? null;

  const audienceOf = async (id: string) =>
    (await orm
      .select({ filter: audiences.filter })
      .from(audiences)
      .where(and(eq(audiences.tenantId, tenantId), eq(audiences.id, id)))
      .get()) ?? null;

  /**
   * Lines the campaign may use with whether its template may go through them: the same name and language must be
   * approved in the line's own WABA and linked to the line. Status and category there are null when it is not in that
   * account. None speaks against a line while none is chosen.
   */
  const linesFor = async ({
    segmentId,
    templateId,
    sender,
  }: Pick<CampaignSettings, "segmentId" | "templateId" | "sender">) => {
    const chosen: SQL | undefined =
      sender.mode === "line"
        ? eq(lines.id, sender.lineId ?? "")
        : and(eq(lines.segmentId, segmentId ?? ""), eq(lines.kind, "prospect"));
    const template = templateId === null ? null : await templateOf(templateId);
    const rows = await orm
      .select({
        lineId: lines.id,
        portfolioId: lines.portfolioId,
        kind: lines.kind,
        linked: templateLines.lineId,
        templateStatus: templates.status,
        templateCategory: templates.category,
      })
      .from(lines)
      .leftJoin(
        templates,
        and(
          eq(templates.tenantId, tenantId),
          eq(templates.wabaId, lines.wabaId),
          eq(templates.name, template?.name ?? ""),
          eq(templates.language, template?.language ?? ""),
        ),
      )
      .leftJoin(
        templateLines,
        and(
          eq(templateLines.tenantId, tenantId),
          eq(templateLines.templateId, templates.id),
          eq(templateLines.lineId, lines.id),
        ),
      )
      .where(and(eq(lines.tenantId, tenantId), chosen))
      .orderBy(lines.id);
    // One that Meta no longer lists has the status DELETED.
    return rows.map(({ linked, ...line }) => ({
      ...line,
      templateLinked:
        template === null || (linked !== null && line.templateStatus !== null && isSendable(line.templateStatus)),
    }));
  };

  return {
    get,
    linesFor,
    policyOf: policy,

    async list({
      limit,
      cursor,
      status,
      segmentId,
      q,
    }: PageQuery & { status?: CampaignStatus | undefined; segmentId?: string | undefined; q?: string | undefined }) {
      const rows = await orm
        .select()
        .from(campaigns)
        .where(
          and(
            eq(campaigns.tenantId, tenantId),
            status ? eq(campaigns.status, status) : undefined,
            segmentId ? eq(campaigns.segmentId, segmentId) : undefined,
            nameMatches(campaigns.name, q),
            cursor ? lt(campaigns.id, cursor) : undefined,
          ),
        )
        .orderBy(desc(campaigns.id))
        .limit(limit + 1);
      return toPage(rows, limit);
    },

    async create(row: CampaignSettings & { id: string; createdBy: string; createdAt: number }): Promise<CampaignRow> {
      return orm
        .insert(campaigns)
        .values({ ...row, tenantId, updatedAt: row.createdAt })
        .returning()
        .get();
    },

    /** Changes a draft; null when it is not (or no longer) one. The guard is in the statement. */
    async updateDraft(id: string, patch: Partial<CampaignSettings>, now: number): Promise<CampaignRow | null> {
      const [row] = await orm
        .update(campaigns)
        .set({ ...patch, updatedAt: now })
        .where(and(own(id), eq(campaigns.status, "draft")))
        .returning();
      return row ?? null;
    },

    async removeDraft(id: string): Promise<boolean> {
      const [row] = await orm
        .delete(campaigns)
        .where(and(own(id), eq(campaigns.status, "draft")))
        .returning({ id: campaigns.id });
      return row !== undefined;
    },

    /**
     * From draft to preparing, once: of two launches that arrive together one gets null, and so does a launch of a draft
     * that was edited after it was checked (`checkedAt` is the draft's `updatedAt` then).
     */
    async markLaunched(id: string, checkedAt: number, now: number): Promise<CampaignRow | null> {
      const [row] = await orm
        .update(campaigns)
        .set({ status: "preparing", launchedAt: now, updatedAt: now })
        .where(and(own(id), eq(campaigns.status, "draft"), eq(campaigns.updatedAt, checkedAt)))
        .returning();
      return row ?? null;
    },

    /**
     * Campaigns that name a segment, an audience, or, while they are not over, a line as their sender: the newest few,
     * and how many there are.
     */
    async naming(thing: { segmentId: string } | { audienceId: string } | { lineId: string }, most: number) {
      const names =
        "segmentId" in thing
          ? eq(campaigns.segmentId, thing.segmentId)
          : "audienceId" in thing
            ? or(eq(campaigns.audienceId, thing.audienceId), namesAudience(campaigns.filter, thing.audienceId))
            : and(
                inArray(campaigns.status, ["draft", ...ACTIVE_STATUSES]),
                sql`${campaigns.sender} ->> '$.lineId' = ${thing.lineId}`,
              );
      const rows = await orm
        .select({
          id: campaigns.id,
          name: campaigns.name,
          status: campaigns.status,
          total: sql<number>`count(*) over ()`,
        })
        .from(campaigns)
        .where(and(eq(campaigns.tenantId, tenantId), names))
        .orderBy(desc(campaigns.id))
        .limit(most);
      return { campaigns: rows.map(({ total: _, ...row }) => row), total: rows[0]?.total ?? 0 };
    },

    /** Campaigns that may still send: an opt-out must reach them at once. */
    async activeIds(segmentId: string | null = null): Promise<string[]> {
      const rows = await orm
        .select({ id: campaigns.id })
        .from(campaigns)
        .where(
          and(
            eq(campaigns.tenantId, tenantId),
            inArray(campaigns.status, ACTIVE_STATUSES),
            segmentId === null ? undefined : eq(campaigns.segmentId, segmentId),
          ),
        );
      return rows.map((row) => row.id);
    },

    /** Campaigns that sent from a line since an instant (ms), the last first. */
    async lastOnLine(lineId: string, since: number, limit: number): Promise<string[]> {
      const rows = await orm
        .select({ id: sendRollups.campaignId })
        .from(sendRollups)
        .where(
          and(eq(sendRollups.tenantId, tenantId), gte(sendRollups.hour, hourOf(since)), eq(sendRollups.lineId, lineId)),
        )
        .groupBy(sendRollups.campaignId)
        .orderBy(desc(sql`max(${sendRollups.hour})`))
        .limit(limit);
      return rows.map(({ id }) => id);
    },

    /** All that a launched campaign's object needs to begin; null when the campaign was not launched. */
    async launchSnapshot(id: string) {
      const row = await get(id);
      if (!row || row.status === "draft" || row.launchedAt === null) return null;
      const { segmentId, audienceId, templateId, filter, variables, sender, startAt, pacing, inService } = row;
      // No draft is launched without these.
      if (segmentId === null || audienceId === null || templateId === null || !isChosen(sender)) return null;
      const [template, decided, audience] = await Promise.all([
        templateOf(templateId),
        policy(id),
        audienceOf(audienceId),
      ]);
      if (!template || !decided) return null;
      const { name, language, category, parameterFormat, components } = template;
      const frozen: Template = { name, language, category, parameterFormat, components };
      return {
        spec: {
          segmentId,
          audienceId,
          membership: audience?.filter ?? null,
          templateId,
          filter,
          variables,
          sender,
          startAt,
          pacing,
          inService,
          template: frozen,
        },
        lines: await linesFor(row),
        policy: decided,
        launchedAt: row.launchedAt,
      };
    },

    /** Takes the object's word for status, counts and hourly sums; absolute, so repeating it changes nothing. */
    async saveProjection(id: string, projection: CampaignProjection, hours: HourRow[]): Promise<void> {
      await d1.batch([
        d1
          .prepare(
            `update campaigns set status = ?3, status_reason = ?4, launched_at = ?5, completed_at = ?6, counts = ?7, updated_at = ?8,
                    waiting = ?9
               where tenant_id = ?1 and id = ?2`,
          )
          .bind(
            tenantId,
            id,
            projection.status,
            projection.statusReason,
            projection.launchedAt,
            projection.completedAt,
            JSON.stringify(projection.counts),
            projection.updatedAt,
            JSON.stringify(projection.waiting),
          ),
        d1
          .prepare(
            `insert into send_rollups (tenant_id, campaign_id, hour, line_id, segment_id, template_id,
                                       sent, delivered, read, failed, replied, idr, operation)
               select ?1, ?2, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
                      value ->> 7, value ->> 8, value ->> 9, value ->> 10
               from json_each(?3) where true
               on conflict (tenant_id, campaign_id, hour, line_id) do update set sent = excluded.sent,
                 delivered = excluded.delivered, read = excluded.read, failed = excluded.failed,
                 replied = excluded.replied, idr = excluded.idr, operation = excluded.operation`,
          )
          .bind(
            tenantId,
            id,
            JSON.stringify(
              hours.map((h) => [
                h.hour,
                h.lineId,
                h.segmentId,
                h.templateId,
                h.sent,
                h.delivered,
                h.read,
                h.failed,
                h.replied,
                h.idr,
                h.operation,
              ]),
            ),
          ),
      ]);
    },
  };
}
