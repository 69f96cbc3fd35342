import { and, asc, desc, eq, gt, gte, or, sql } from "drizzle-orm";
import { consentEvents, contacts } from "#adapters/d1/schema/audience.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import { afterWord, type Consent, type ConsentChannel, type ConsentWord } from "#core/audience/consent.ts";

export type ConsentEventRow = typeof consentEvents.$inferSelect;

/** A consent given or taken back, and the event that proves it. `at`: just now, or when the person said so (ms). */
export interface ConsentChange {
  eventId: string;
  source: string;
  channel: ConsentChannel;
  /** What the person wrote or agreed to. */
  wording?: string | null | undefined;
  at: number | "now";
}

type ContactRow = typeof contacts.$inferSelect;
/** The columns of a contact that say what consent there is. */
type ConsentColumns = Pick<ContactRow, "optInStatus" | "optInAt" | "optOutAt" | "lastNoAt">;

/** What a contact's columns say, for the rule. Opt-outs of before `last_no_at` was kept have only when we learned of them. */
export const consentIn = ({ optInStatus, optInAt, optOutAt, lastNoAt }: ConsentColumns): Consent => ({
  status: optInStatus,
  yesAt: optInAt,
  noAt: lastNoAt ?? (optInStatus === "revoked" ? optOutAt : null),
});

/** Somebody else changed the same contact's consent between reading and writing so often that something is wrong. */
const MOST_TRIES = 5;

/** Nobody changes their mind more often; a program that goes round in circles is cut off. */
const HISTORY_EVENTS = 200;

/** D1 answers some megabytes at most; ids are about 35 bytes. */
const PAGE_ROWS = 10_000;

/**
 * Who may be written to. A change of consent is the contact's columns and an event that nothing changes any more,
 * written together; `contacts.consent_id` names the event that made the consent what it is.
 */
export function consentStore({ orm, d1, tenantId }: TenantDb) {
  /** Writes the event of every contact whose consent has just become what it is by the change of this id. */
  const record = (contactIds: string[], change: ConsentChange, reason: string | null, now: number) =>
    d1
      .prepare(
        `insert or ignore into consent_events
           (tenant_id, contact_id, id, status, source, reason, channel, wording, at, recorded_at)
         select ?1, contacts.id, consent_id, opt_in_status, ?4, ?5, ?8, ?9, ?6, ?7
         from json_each(?2) as wanted cross join contacts on contacts.tenant_id = ?1 and contacts.id = wanted.value
         where consent_id = ?3`,
      )
      .bind(
        tenantId,
        JSON.stringify(contactIds),
        change.eventId,
        change.source,
        reason,
        change.at === "now" ? now : change.at,
        now,
        change.channel,
        change.wording ?? null,
      );

  /** What each of these people has said changes by one more word. Safe to repeat. */
  async function hear(
    contactIds: string[],
    says: ConsentWord["says"],
    change: ConsentChange,
    reason: string | null,
    now: number,
  ): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const rows = await orm
        .select()
        .from(contacts)
        .where(
          and(
            eq(contacts.tenantId, tenantId),
            sql`${contacts.id} in (select value from json_each(${JSON.stringify(contactIds)}))`,
          ),
        );
      const changes = rows.flatMap((row) => {
        const before = consentIn(row);
        const after = afterWord(before, { says, at: change.at }, now);
        return after === before ? [] : [consentTuple(row, before, after, change, reason, now)];
      });
      if (changes.length === 0) return;
      const [written] = await d1.batch([
        d1.prepare(WRITE_CONSENT).bind(tenantId, JSON.stringify(changes)),
        record(contactIds, change, reason, now),
      ]);
      // Where somebody else was quicker, the word is weighed again against what they wrote.
      if (written?.meta.changes === changes.length) return;
    }
    throw new Error("a contact's consent keeps changing");
  }

  return {
    record,
    /**
     * A person's consent. One that is older than what we know changes nothing, and one from before an opt-out does not
     * undo it.
     */
    async optIn(id: string, change: ConsentChange, now: number): Promise<ContactRow | "not_found" | "opted_out_later"> {
      await hear([id], "yes", change, null, now);
      const row = await orm
        .select()
        .from(contacts)
        .where(and(eq(contacts.tenantId, tenantId), eq(contacts.id, id)))
        .get();
      if (!row) return "not_found";
      return row.optInStatus === "granted" ? row : "opted_out_later";
    },
    /** Takes consent back. Who had done so already keeps the first instant and reason that are shown. */
    async optOut(contactIds: string[], change: ConsentChange, reason: string | null, now: number): Promise<void> {
      await hear(contactIds, "no", change, reason, now);
    },
    /** Consent by phone (E.164) as it stands, with what tells whether it is still the same. */
    async consentsByPhone(phones: string[]): Promise<Map<string, KnownConsent>> {
      const rows = await orm
        .select({
          phone: contacts.phone,
          consentId: contacts.consentId,
          optInStatus: contacts.optInStatus,
          optInAt: contacts.optInAt,
          optOutAt: contacts.optOutAt,
          lastNoAt: contacts.lastNoAt,
        })
        .from(contacts)
        .where(
          and(
            eq(contacts.tenantId, tenantId),
            sql`${contacts.phone} in (select value from json_each(${JSON.stringify(phones)}))`,
          ),
        );
      return new Map(
        rows.map((row) => [
          row.phone ?? "",
          { ...consentIn(row), version: { consentId: row.consentId, lastNoAt: row.lastNoAt } },
        ]),
      );
    },
    /** Which of these contacts consent to being written to at this moment. */
    async consenting(contactIds: string[]): Promise<Set<string>> {
      const { results } = await d1
        .prepare(
          `select id from contacts
             where tenant_id = ?1 and id in (select value from json_each(?2)) and opt_in_status = 'granted'`,
        )
        .bind(tenantId, JSON.stringify(contactIds))
        .all<{ id: string }>();
      return new Set(results.map(({ id }) => id));
    },
    /** The last changes of a contact's consent, newest first. */
    async consentHistory(id: string): Promise<ConsentEventRow[]> {
      return orm
        .select()
        .from(consentEvents)
        .where(and(eq(consentEvents.tenantId, tenantId), eq(consentEvents.contactId, id)))
        .orderBy(desc(consentEvents.recordedAt), desc(consentEvents.at))
        .limit(HISTORY_EVENTS);
    },
    /** Who has taken consent back at `since` (ms) or later, and not given it again. */
    async optedOutSince(since: number): Promise<string[]> {
      const ids: string[] = [];
      let last = { at: since, id: "" };
      for (;;) {
        const rows = await orm
          .select({ id: contacts.id, at: sql<number>`${contacts.optOutAt}` })
          .from(contacts)
          .where(
            and(
              eq(contacts.tenantId, tenantId),
              gte(contacts.optOutAt, last.at),
              or(gt(contacts.optOutAt, last.at), gt(contacts.id, last.id)),
              eq(contacts.optInStatus, "revoked"),
            ),
          )
          .orderBy(asc(contacts.optOutAt), asc(contacts.id))
          .limit(PAGE_ROWS);
        for (const { id } of rows) ids.push(id);
        const end = rows.at(-1);
        if (!end || rows.length < PAGE_ROWS) return ids;
        last = end;
      }
    },
  };
}

/** A contact's consent, and the columns that change whenever it does. */
export interface KnownConsent extends Consent {
  version: { consentId: string | null; lastNoAt: number | null };
}

/**
 * Writes a contact's consent if it is still the one that was weighed. The plus keeps SQLite from reading all of the tenant's
 * contacts to find these.
 */
const WRITE_CONSENT = `
update contacts set
  opt_in_status = said.change ->> 3, opt_in_source = said.change ->> 4, opt_in_at = said.change ->> 5,
  opt_out_at = said.change ->> 6, opt_out_reason = said.change ->> 7, last_no_at = said.change ->> 8,
  consent_id = said.change ->> 9, updated_at = said.change ->> 10
from (select value as change from json_each(?2)) as said
where +contacts.tenant_id = ?1 and contacts.id = said.change ->> 0
  and contacts.consent_id is said.change ->> 1 and contacts.last_no_at is said.change ->> 2`;

function consentTuple(
  row: ContactRow,
  before: Consent,
  after: Consent,
  change: ConsentChange,
  reason: string | null,
  now: number,
) {
  const isRefusedAgain = before.status === "revoked" && after.status === "revoked";
  const isYes = after.status === "granted";
  return [
    row.id,
    row.consentId,
    row.lastNoAt,
    after.status,
    isYes ? change.source : row.optInSource,
    after.yesAt,
    // When we learned of it, so that nobody who asks what is new since then can miss it.
    isYes ? null : isRefusedAgain ? row.optOutAt : now,
    isYes ? null : isRefusedAgain ? row.optOutReason : (reason ?? change.source),
    after.noAt,
    isRefusedAgain ? row.consentId : change.eventId,
    isRefusedAgain ? row.updatedAt : now,
  ];
}
