import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import { type ContactSend, isNothing } from "#core/sending/contact-send.ts";

/** What one campaign tells of some people. */
export interface ToldSends {
  campaignId: string;
  /** Of its template, lower case. */
  category: string;
  /** By the clock of the campaign's object, which only goes on. */
  asOf: number;
  sends: (ContactSend & { contactId: string; lineId: string | null })[];
}

/** A statement takes one parameter of up to 2 MB; 1,000 rows of at most 200 bytes are well below, and soon done. */
const STATEMENT_ROWS = 1_000;

/** What became of each person's message, over all campaigns. */
export function contactSendStore({ d1, tenantId }: TenantDb) {
  return {
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
