import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import type { AppliedCap } from "#core/campaigns/frequency-caps.ts";
import { type ContactSend, isNothing, STILL_OPEN } from "#core/sending/contact-send.ts";

/** What one campaign tells of some people. */
export interface ToldSends {
  campaignId: string;
  /** Of its template, lower case. */
  category: string;
  /** By the clock of the campaign's object, which only goes on. */
  asOf: number;
  sends: (ContactSend & { contactId: string; lineId: string | null })[];
}

/** Caps that hold for a campaign, which does not count itself: a person has one place in it, however often it is tried. */
export interface Capping {
  campaignId: string;
  caps: AppliedCap[];
}

/** People whom a campaign is about to write to. */
export interface Reservation extends Capping, Pick<ToldSends, "category" | "asOf"> {
  contactIds: string[];
}

/** A statement takes one parameter of up to 2 MB; 1,000 rows of at most 200 bytes are well below, and soon done. */
const STATEMENT_ROWS = 1_000;

/** Whether other campaigns have written to a contact as often as a cap allows, or are about to; asks nothing without caps. */
export function isCapped(
  { tenantId, campaignId, caps }: Capping & { tenantId: string },
  contactId: SQLWrapper,
): SQL<boolean> {
  if (caps.length === 0) return sql<boolean>`0`;
  return sql<boolean>`exists (
    select 1 from json_each(${JSON.stringify(caps)}) as cap where cap.value ->> 'messages' <= (
      select count(*) from contact_sends as other
        where other.tenant_id = ${tenantId} and other.contact_id = ${contactId} and other.campaign_id <> ${campaignId}
          and other.counted_at > cap.value ->> 'since'
          and (cap.value ->> 'category' is null or other.category = cap.value ->> 'category')))`;
}

/** What became of each person's message, over all campaigns. */
export function contactSendStore({ orm, d1, tenantId }: TenantDb) {
  return {
    /**
     * Takes a place for those whom no cap holds back, and says who they are. One statement: of two campaigns that ask for
     * the same person's last place one gets it. Asked again it says the same, and takes nothing more.
     */
    async reserve({ campaignId, category, asOf, contactIds, caps }: Reservation): Promise<Set<string>> {
      const capped = isCapped({ tenantId, campaignId, caps }, sql`wanted.value`);
      const rows = await orm.all<{ contactId: string }>(sql`
        insert into contact_sends (tenant_id, contact_id, campaign_id, category, counted_at, as_of)
        select ${tenantId}, wanted.value, ${campaignId}, ${category}, ${STILL_OPEN}, ${asOf}
          from json_each(${JSON.stringify(contactIds)}) as wanted where not ${capped}
        on conflict (tenant_id, contact_id, campaign_id) do update
          set counted_at = excluded.counted_at, as_of = excluded.as_of where excluded.as_of >= contact_sends.as_of
        returning contact_id as contactId`);
      return new Set(rows.map(({ contactId }) => contactId));
    },
    /**
     * Takes an object's word. Repeated or overtaken by something newer it changes nothing, and writes nothing. Of somebody
     * who is no contact any more nothing is kept.
     */
    async tell({ campaignId, category, asOf, sends }: ToldSends): Promise<void> {
      const gone = sends.filter(isNothing).map(({ contactId }) => contactId);
      const kept = sends
        .filter((send) => !isNothing(send))
        .map((s) => [
          ...[s.contactId, s.lineId, s.sentAt, s.deliveredAt, s.readAt, s.repliedAt, s.failedAt, s.countedAt],
        ]);
      const statements = [
        ...parts(kept).map((json) => d1.prepare(UPSERT).bind(tenantId, campaignId, category, asOf, json)),
        ...parts(gone).map((json) => d1.prepare(FORGET).bind(tenantId, campaignId, asOf, json)),
      ];
      if (statements.length > 0) await d1.batch(statements);
    },
  };
}

function parts(values: unknown[]): string[] {
  const found: string[] = [];
  for (let i = 0; i < values.length; i += STATEMENT_ROWS)
    found.push(JSON.stringify(values.slice(i, i + STATEMENT_ROWS)));
  return found;
}

const FACTS = ["line_id", "sent_at", "delivered_at", "read_at", "replied_at", "failed_at", "counted_at"];
const of = (table: string) => FACTS.map((fact) => `${table}.${fact}`).join(", ");

/** The cross join keeps the order of the tables. */
const UPSERT = `
insert into contact_sends (tenant_id, contact_id, campaign_id, category, as_of, ${FACTS.join(", ")})
select ?1, contacts.id, ?2, ?3, ?4, ${FACTS.map((_, i) => `told.value ->> ${i + 1}`).join(", ")}
from json_each(?5) as told cross join contacts
where contacts.id = told.value ->> 0 and contacts.tenant_id = ?1
on conflict (tenant_id, contact_id, campaign_id) do update set
  as_of = excluded.as_of, ${FACTS.map((fact) => `${fact} = excluded.${fact}`).join(", ")}
where excluded.as_of > contact_sends.as_of and (${of("contact_sends")}) is not (${of("excluded")})`;

const FORGET = `
delete from contact_sends
where tenant_id = ?1 and contact_id in (select value from json_each(?4)) and campaign_id = ?2 and as_of <= ?3`;
