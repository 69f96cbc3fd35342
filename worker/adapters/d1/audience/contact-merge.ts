import { and, eq, ne, type SQL } from "drizzle-orm";
import { contacts } from "#adapters/d1/schema/audience.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import { consentOfBoth } from "#core/audience/consent.ts";
import { CONTACT_FIELDS } from "#core/audience/contact-fields.ts";
import { ninthDigitTwin } from "#core/shared/phone.ts";
import { REFUSAL_REASON } from "./blocks.ts";
import { consentIn } from "./consent.ts";

type ContactRow = typeof contacts.$inferSelect;
/** By what two contacts may be one person. */
export type SharedBy = "phone" | "document" | "userId";

/** People who are shown beside one that may be the same. */
const MOST_LOOKALIKES = 5;
/** Somebody else changed one of both between reading and writing so often that something is wrong. */
const MOST_TRIES = 5;

export interface Merge {
  keptId: string;
  /** Who is the same person, and is no more afterwards. */
  mergedId: string;
  /** The id of a block that may be needed, and a word that no other merge has. */
  blockId: string;
  mark: string;
  now: number;
}
export type MergeOutcome = { outcome: "merged"; row: ContactRow } | { outcome: "not_found" };

/** What is kept of a contact by its id, in tables that have it in their key. */
const KEPT_BY_CONTACT = ["consent_events", "contact_strikes", "contact_sends"];

/** Contacts that turn out to be one person. */
export function mergeStore({ orm, d1, tenantId }: TenantDb) {
  const by = (...conditions: (SQL | undefined)[]) =>
    orm
      .select()
      .from(contacts)
      .where(and(eq(contacts.tenantId, tenantId), ...conditions));
  const get = (id: string) => by(eq(contacts.id, id)).get();

  return {
    /** Who may be the same person: has the number with or without its ninth digit, the document or the id of Meta's. */
    async lookalikes(contact: Pick<ContactRow, "id" | "phone" | "document" | "userId">) {
      const others = (condition: SQL) => by(condition, ne(contacts.id, contact.id)).limit(MOST_LOOKALIKES);
      const [byPhone, byUser, byDocument] = await orm.batch([
        others(eq(contacts.phone, ninthDigitTwin(contact.phone ?? "") ?? "")),
        others(eq(contacts.userId, contact.userId ?? "")),
        others(eq(contacts.document, contact.document ?? "")),
      ]);
      const found = new Map<string, ContactRow & { sharedBy: SharedBy }>();
      const add = (rows: ContactRow[], sharedBy: SharedBy) => {
        for (const row of rows) if (!found.has(row.id)) found.set(row.id, { ...row, sharedBy });
      };
      add(byPhone, "phone");
      add(byUser, "userId");
      add(byDocument, "document");
      return [...found.values()].slice(0, MOST_LOOKALIKES);
    },
    /**
     * Makes one of two: all that is kept of the other moves to the first, or is left where the first has it too. One
     * commit, which counts only while both are as they were weighed.
     */
    async merge(merge: Merge): Promise<MergeOutcome> {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const [kept, merged] = [await get(merge.keptId), await get(merge.mergedId)];
        if (!kept || !merged) return { outcome: "not_found" };
        const [marked] = await d1.batch(statementsOf(kept, merged, merge));
        if (!marked?.meta.changes) continue;
        const row = await get(merge.keptId);
        return row ? { outcome: "merged", row } : { outcome: "not_found" };
      }
      throw new Error("two contacts keep changing");
    },
  };

  /** The first marks the other's row, which ends here anyway; the rest does nothing where the mark is missing. */
  function statementsOf(kept: ContactRow, merged: ContactRow, { blockId, mark, now }: Merge): D1PreparedStatement[] {
    const isMarked = "exists (select 1 from contacts where tenant_id = ?1 and id = ?3 and import_id = ?4)";
    const guarded = (statement: string, ...values: (string | number | null)[]) =>
      d1.prepare(statement.replace("MARKED", isMarked)).bind(tenantId, kept.id, merged.id, mark, ...values);
    const memberships =
      "tenant_id = ?1 and contact_id = ?3 and audience_id in (select id from audiences where tenant_id = ?1)";
    const consent = consentColumns(kept, merged, now);
    return [
      d1
        .prepare(
          `update contacts set import_id = ?4 where tenant_id = ?1 and id = ?3
             and consent_id is ?5 and last_no_at is ?6 and updated_at = ?7 and exists (
               select 1 from contacts as kept where kept.tenant_id = ?1 and kept.id = ?2
                 and kept.consent_id is ?8 and kept.last_no_at is ?9 and kept.updated_at = ?10)`,
        )
        .bind(
          tenantId,
          kept.id,
          merged.id,
          mark,
          merged.consentId,
          merged.lastNoAt,
          merged.updatedAt,
          kept.consentId,
          kept.lastNoAt,
          kept.updatedAt,
        ),
      // Who is in an audience twice is one person less there.
      guarded(
        `update audiences set contact_count = contact_count - 1 where tenant_id = ?1 and MARKED
           and id in (select audience_id from audience_members where ${memberships})
           and exists (select 1 from audience_members where tenant_id = ?1 and audience_id = audiences.id and contact_id = ?2)`,
      ),
      guarded(
        `insert or ignore into audience_members (tenant_id, audience_id, contact_id)
           select ?1, audience_id, ?2 from audience_members where ${memberships} and MARKED`,
      ),
      guarded(`delete from audience_members where ${memberships} and MARKED`),
      ...KEPT_BY_CONTACT.flatMap((table) => [
        guarded(`update or ignore ${table} set contact_id = ?2 where tenant_id = ?1 and contact_id = ?3 and MARKED`),
        guarded(`delete from ${table} where tenant_id = ?1 and contact_id = ?3 and MARKED`),
      ]),
      guarded(
        `update contacts set name = ?5, hashtags = ?6, attributes = ?7, user_id = ?8, import_id = ?9, opt_in_status = ?10,
           opt_in_source = ?11, opt_in_at = ?12, opt_out_at = ?13, opt_out_reason = ?14, last_no_at = ?15, consent_id = ?16,
           updated_at = ?17, legal_basis = ?18, ${CONTACT_FIELDS.map((field, i) => `${contacts[field].name} = ?${19 + i}`).join(", ")}
         where tenant_id = ?1 and id = ?2 and MARKED`,
        kept.name || merged.name,
        JSON.stringify([...new Set([...kept.hashtags, ...merged.hashtags])]),
        JSON.stringify({ ...merged.attributes, ...kept.attributes }),
        kept.userId ?? merged.userId,
        kept.importId ?? merged.importId,
        consent.optInStatus,
        consent.optInSource,
        consent.optInAt,
        consent.optOutAt,
        consent.optOutReason,
        consent.lastNoAt,
        consent.consentId,
        now,
        kept.legalBasis ?? merged.legalBasis,
        ...CONTACT_FIELDS.map((field) => kept[field] ?? merged[field]),
      ),
      // The other number is nobody's now: an import that brings it must not undo the no.
      ...(consent.optInStatus === "revoked" && merged.phone !== null
        ? [
            guarded(
              `insert into blocks (id, tenant_id, phone, reason, created_at, covers_since)
                 select ?5, ?1, ?6, '${REFUSAL_REASON}', ?7, ?7 where MARKED`,
              blockId,
              merged.phone,
              now,
            ),
          ]
        : []),
      guarded("delete from contacts where tenant_id = ?1 and id = ?3 and MARKED"),
    ];
  }
}

/**
 * The consent of both, by the rule that weighs their words, with the proof of whoever's it is. That it has ended is new to
 * campaigns under way unless it had for the one that is kept.
 */
function consentColumns(kept: ContactRow, merged: ContactRow, now: number) {
  const { status, yesAt, noAt } = consentOfBoth(consentIn(kept), consentIn(merged), now);
  const isOf = (row: ContactRow) => {
    const one = consentIn(row);
    if (one.status !== status) return false;
    return status === "granted" ? one.yesAt === yesAt : status !== "revoked" || one.noAt === noAt;
  };
  const proof = isOf(kept) || !isOf(merged) ? kept : merged;
  const isRevoked = status === "revoked";
  return {
    optInStatus: status,
    optInSource: proof.optInSource,
    optInAt: yesAt,
    optOutAt: isRevoked ? (kept.optInStatus === "revoked" ? kept.optOutAt : now) : null,
    optOutReason: isRevoked ? proof.optOutReason : null,
    lastNoAt: noAt,
    consentId: proof.consentId,
  };
}
