import { z } from "zod";
import type { ErasureReason } from "#core/audience/erasure.ts";
import { type PersonMarks, personalDocument } from "#core/audience/person.ts";
import { actorOf, type Caller } from "#core/identity/principal.ts";
import { parseJson } from "#core/shared/json.ts";
import type { Deps, TenantStore } from "#deps.ts";

type ErasureRow = NonNullable<Awaited<ReturnType<TenantStore["erasures"]["get"]>>>;
type Needs = Pick<Deps, "audit" | "hashPerson" | "newId" | "now" | "queues" | "sealer" | "store">;

const texts = z.array(z.string());
const personMarks = z.object({
  contactIds: texts,
  phones: texts,
  documents: texts,
  userIds: texts,
  emails: texts,
}) satisfies z.ZodType<PersonMarks>;
const contextOf = (erasureId: string) => `erasure:${erasureId}`;

/**
 * Has a person erased. Asking again changes nothing, or has one that was given up go on where it stopped.
 *
 * @returns null when there is no such contact
 */
export async function askErasure(
  deps: Needs,
  by: Caller,
  contactId: string,
  reason: ErasureReason,
): Promise<ErasureRow | null> {
  const { tenantId } = by.principal;
  const { contacts, erasures } = deps.store(tenantId);
  const known = await erasures.ofContact(contactId);
  if (known && known.status !== "failed") return known;
  const row = known ? await goOn(deps, known) : await begin();
  if (!row) return null;
  await deps.queues.enqueueJob({ kind: "erasure", tenantId, erasureId: row.id });
  await deps.audit(by, "contact.erase", contactId, { erasureId: row.id, reason });
  return row;

  async function begin(): Promise<ErasureRow | null> {
    const contact = await contacts.get(contactId);
    if (!contact) return null;
    const person = await erasures.marksOf(contact);
    const id = deps.newId("era");
    const sealedPerson = await deps.sealer.seal(JSON.stringify(person), contextOf(id));
    return erasures.create(
      { id, contactId, reason, sealedPerson, createdBy: actorOf(by.principal), createdAt: deps.now() },
      await hashesOf(deps, tenantId, person),
    );
  }
}

async function goOn(deps: Needs, row: ErasureRow): Promise<ErasureRow | null> {
  const { erasures } = deps.store(row.tenantId);
  await erasures.resume(row.id, deps.now());
  return erasures.get(row.id);
}

/** By what the person of an erasure is found. */
export async function openPerson(
  { sealer }: Pick<Deps, "sealer">,
  { id, sealedPerson }: { id: string; sealedPerson: string },
): Promise<PersonMarks> {
  const opened = await sealer.open(sealedPerson, contextOf(id));
  if (!opened.ok) throw new Error("the person of an erasure can't be read");
  return personMarks.parse(parseJson(opened.value));
}

function hashesOf({ hashPerson }: Pick<Deps, "hashPerson">, tenantId: string, person: PersonMarks): Promise<string[]> {
  return Promise.all([
    ...person.phones.map((phone) => hashPerson(tenantId, "phone", phone)),
    ...person.documents.map((document) => hashPerson(tenantId, "document", document)),
    ...person.userIds.map((userId) => hashPerson(tenantId, "userId", userId)),
  ]);
}

/** By what somebody may turn out to have been erased. */
interface MaybeErased {
  phone?: string | null | undefined;
  document?: string | null | undefined;
  userId?: string | null | undefined;
}

/** Which of these were erased, by one question for all. Nothing is hashed for a tenant that has erased nobody. */
export async function erasedAmong<Person extends MaybeErased>(
  deps: Pick<Deps, "hashPerson" | "store">,
  tenantId: string,
  people: Person[],
): Promise<Set<Person>> {
  const { erasures } = deps.store(tenantId);
  if (people.length === 0 || (await erasures.lastErased()) === null) return new Set();
  const hashed = await Promise.all(
    people.map(async (person) => {
      const { phone, document, userId } = person;
      const marks = {
        contactIds: [],
        phones: phone ? [phone] : [],
        documents: [personalDocument(document ?? null)].filter((value) => value !== null),
        userIds: userId ? [userId] : [],
        emails: [],
      };
      return { person, hashes: await hashesOf(deps, tenantId, marks) };
    }),
  );
  const erased = await erasures.erasedAmong(hashed.flatMap(({ hashes }) => hashes));
  return new Set(hashed.flatMap(({ person, hashes }) => (hashes.some((hash) => erased.has(hash)) ? [person] : [])));
}

export const wasErased = async (
  deps: Pick<Deps, "hashPerson" | "store">,
  tenantId: string,
  person: MaybeErased,
): Promise<boolean> => (await erasedAmong(deps, tenantId, [person])).size > 0;
