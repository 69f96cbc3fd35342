import { LONGEST_WORDING } from "#core/audience/consent.ts";
import { consentSaid } from "#core/audience/keywords.ts";
import { keywordsOf } from "#core/campaigns/policy.ts";
import type { MetaEvent } from "#core/meta/event.ts";
import type { Deps } from "#deps.ts";
import { raiseAlert } from "#services/operations/raise-alert.ts";
import { recordOptOut } from "./consent.ts";
import { wasErased } from "./erasures.ts";

type Needs = Pick<Deps, "campaign" | "hashPerson" | "newId" | "now" | "store">;

/** The line whose webhook it was. */
interface OfLine {
  id: string;
  tenantId: string;
}
type Of<K extends MetaEvent["kind"]> = Extract<MetaEvent, { kind: K }>;

/** Meta's instants are whole seconds: consent given in the second of a stop may be older than it. */
const META_CLOCK_MS = 1_000;

/** "Stop promotions" in WhatsApp itself: an opt-out like any other. */
export async function personPrefers(event: Of<"preference">, line: OfLine, deps: Needs): Promise<void> {
  if (event.value === "stop")
    await takeConsentBack(event, line, { source: "meta", channel: "meta", reason: "user_preferences" }, deps);
}

/** What messages may say it in; the caption of a picture, or an emoji, is about something else. */
const WORDED = new Set(["text", "button", "interactive", "edit"]);

/**
 * Consent taken back, or given, by a message that is one of the tenant's words. It is kept as it was written, since it
 * proves the change; of other messages nothing is. Safe to repeat, and to come late: the date of the message is the date of the word.
 */
export async function personWrote(event: Of<"inbound">, line: OfLine, deps: Needs): Promise<void> {
  if (!WORDED.has(event.type) || (event.text === null && event.payload === null)) return;
  const { blocks, contacts, tenant } = deps.store(line.tenantId);
  const settings = (await tenant.get())?.settings;
  const said = settings && consentSaid(event, keywordsOf(settings));
  const heard = { source: "keyword", channel: "whatsapp", wording: wordingOf(event) } as const;
  if (said === "no") await takeConsentBack(event, line, heard, deps);
  if (said !== "yes") return;
  const [contact] = await contactsBy(event, line, deps);
  if (!contact) return;
  const now = deps.now();
  const change = { ...heard, eventId: deps.newId("cns"), at: Math.min(event.at, now) };
  const row = await contacts.optIn(contact.id, change, now);
  if (typeof row !== "string") await blocks.liftRefusal(row);
}

/** The message, or what its button or row says and stands for. */
const wordingOf = ({ text, payload }: Of<"inbound">) => (text ?? payload)?.slice(0, LONGEST_WORDING);

/**
 * One that is told again after consent was given anew changes nothing. Of a number that no contact has it is kept with a
 * contact of its own, so that an import that comes later does not undo it; of whoever hides the number, and is not known
 * by Meta's id either, it is for a person to look after, since nobody else knows whose it is.
 */
async function takeConsentBack(
  event: Of<"preference"> | Of<"inbound">,
  line: OfLine,
  why: Omit<Parameters<typeof recordOptOut>[3], "at">,
  deps: Needs,
): Promise<void> {
  const contacts = await contactsBy(event, line, deps);
  if (contacts.length > 0) {
    const meant = contacts.filter(
      ({ optInStatus, optInAt }) => optInStatus !== "granted" || (optInAt ?? 0) < event.at + META_CLOCK_MS,
    );
    const contactIds = meant.map(({ id }) => id);
    await recordOptOut(deps, line.tenantId, { contactIds }, { ...why, at: event.at });
    return;
  }
  const { phone, userId } = event;
  if (userId === null || (await wasErased(deps, line.tenantId, { phone, userId }))) return;
  await raiseAlert(deps, line.tenantId, {
    kind: "opt_out_unmatched",
    severity: "warning",
    subject: userId,
    params: {},
  });
}

/**
 * Whether the number's next owner is the same person only they know, so the contact keeps its phone until somebody
 * changes it.
 */
export async function personChangedNumber(event: Of<"number_changed">, line: OfLine, deps: Needs): Promise<void> {
  const { newPhone } = event;
  const contact = await contactOf(event.phone, line, deps);
  if (!contact || newPhone === event.phone) return;
  const takenBy = await contactOf(newPhone, line, deps);
  await raiseAlert(deps, line.tenantId, {
    kind: "number_changed",
    severity: "warning",
    subject: contact.id,
    params: { newPhone, takenBy: takenBy?.id ?? null },
  });
}

/**
 * What is known of a person by their id goes with the new one: whose number it is, and whether they are blocked. Told
 * again it finds nobody with the previous id.
 */
export async function personChangedUserId(event: Of<"user_id_changed">, line: OfLine, deps: Needs): Promise<void> {
  const { blocks, contacts } = deps.store(line.tenantId);
  await contacts.replaceUserId(event.previousUserId, event.userId);
  await blocks.replaceUserId(event.previousUserId, event.userId);
}

/**
 * Who it is: whoever has the number, a contact of its own when nobody has, and whoever is known by the id of Meta's,
 * which may be a contact with another number of the same person.
 */
async function contactsBy(
  { phone, userId }: { phone: string | null; userId: string | null },
  line: OfLine,
  deps: Needs,
) {
  const byPhone = phone === null ? null : await contactFor({ phone, userId }, line, deps);
  const byUser = userId === null ? [] : await deps.store(line.tenantId).contacts.byUserId(userId);
  return [...(byPhone ? [byPhone] : []), ...byUser.filter(({ id }) => id !== byPhone?.id)];
}

/**
 * The contact with this number; one that holds nothing else when there is none yet. None of a person who was erased: they
 * are kept from being written to by that alone.
 */
async function contactFor({ phone, userId }: { phone: string; userId: string | null }, line: OfLine, deps: Needs) {
  const known = await contactOf(phone, line, deps);
  if (known || (await wasErased(deps, line.tenantId, { phone, userId }))) return known;
  const unnamed = { name: "", document: null, customerCode: null, email: null, hashtags: [], attributes: {} };
  const { contacts } = deps.store(line.tenantId);
  const created = await contacts.create({ ...unnamed, id: deps.newId("con"), phone, createdAt: deps.now() });
  return created ?? (await contactOf(phone, line, deps));
}

async function contactOf(phone: string | null, { tenantId }: OfLine, deps: Needs) {
  if (phone === null) return null;
  const { data } = await deps.store(tenantId).contacts.list({ phone, limit: 1 });
  return data[0] ?? null;
}
