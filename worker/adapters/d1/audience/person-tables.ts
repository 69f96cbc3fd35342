import type { FoundIn } from "#core/audience/erasure.ts";

const among = (key: "contactIds" | "phones" | "documents" | "userIds") =>
  `(select value from json_each(?2, '$.${key}'))`;

interface PersonTable {
  table: string;
  /** Under what its rows are counted. */
  countedAs: FoundIn;
  /** Rows of a person: `?1` is the tenant, `?2` the person's marks as JSON. */
  isTheirs: string;
  /** What becomes of such a row when the person is erased. */
  erase: "delete" | `set ${string}`;
}

/**
 * Every table that holds a person, in the order in which they are erased: whoever looks for a contact's rows finds them
 * as long as the contact is there. `test/structure/person-tables.test.ts` fails for a table that is missing here.
 */
export const PERSON_TABLES: readonly PersonTable[] = [
  {
    table: "audience_members",
    countedAs: "audiences",
    // By audience, as memberships are kept; a search by contact would read all of them.
    isTheirs: `contact_id in ${among("contactIds")} and audience_id in (select id from audiences where tenant_id = ?1)`,
    erase: "delete",
  },
  {
    table: "consent_events",
    countedAs: "consentEvents",
    isTheirs: `contact_id in ${among("contactIds")}`,
    erase: "delete",
  },
  { table: "contact_strikes", countedAs: "strikes", isTheirs: `contact_id in ${among("contactIds")}`, erase: "delete" },
  { table: "contact_sends", countedAs: "sends", isTheirs: `contact_id in ${among("contactIds")}`, erase: "delete" },
  { table: "attendances", countedAs: "attendances", isTheirs: `phone in ${among("phones")}`, erase: "delete" },
  {
    table: "blocks",
    countedAs: "blocks",
    isTheirs: `(phone in ${among("phones")} or user_phone in ${among("phones")}
      or document in ${among("documents")} or user_id in ${among("userIds")})`,
    erase: "delete",
  },
  {
    table: "alerts",
    countedAs: "alerts",
    isTheirs: `(subject in ${among("contactIds")} or subject in ${among("userIds")} or exists (
      select 1 from json_each(?2, '$.phones') as number
        where instr(coalesce(params, '') || message || coalesce(facts, ''), number.value) > 0))`,
    erase: "delete",
  },
  {
    table: "audit_log",
    countedAs: "auditEntries",
    // That they were erased names nobody.
    isTheirs: `subject in ${among("contactIds")} and detail is not null and action <> 'contact.erase'`,
    erase: "set detail = null",
  },
  { table: "contacts", countedAs: "contacts", isTheirs: `id in ${among("contactIds")}`, erase: "delete" },
];

/** Tables that name a contact and keep the id, because nothing in their rows says who it was. */
export const ID_ONLY_TABLES: readonly string[] = ["erasures"];
