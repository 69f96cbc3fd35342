import type { RecipientUpdate } from "#contracts/campaign-rpc.ts";
import type { LineIncident } from "#contracts/portfolio-rpc.ts";
import type { TenantSettings } from "#core/campaigns/policy.ts";
import { DEFAULT_REPLY_WINDOW_MINUTES } from "#core/campaigns/policy.ts";
import { decodeCallbackData } from "#core/meta/callback-data.ts";
import type { MetaEvent } from "#core/meta/event.ts";
import { lineIncident } from "#core/sending/refusal.ts";
import { groupsOf } from "#core/shared/groups.ts";
import { MINUTE_MS } from "#core/shared/time.ts";
import type { Deps } from "#deps.ts";
import { logFailure } from "#log.ts";
import { noteUsers } from "#services/audience/blocks.ts";
import {
  personChangedNumber,
  personChangedUserId,
  personPrefers,
  personWrote,
} from "#services/audience/person-events.ts";
import { applyAccountEvent } from "#services/lines/account-events.ts";
import { raiseAlert } from "#services/operations/raise-alert.ts";
import { type Found, findMessages, MOST_CAMPAIGNS } from "./message-lookup.ts";
import { tellCampaigns } from "./tell-campaigns.ts";

type Of<K extends MetaEvent["kind"]> = Extract<MetaEvent, { kind: K }>;
type Line = Awaited<ReturnType<Deps["platform"]["linesByPhoneNumberId"]>>[number];

/** An event of a line of ours that no recipient's row took. */
export interface UnmatchedEvent {
  event: Of<"status"> | Of<"inbound">;
  line: Line;
  /** A row was named, by our callback data, our message's id or the last message to that person: it may still come. */
  named: boolean;
}

/**
 * Applies webhook events, grouped so that a campaign is asked once. Safe to repeat. Answers what no row took: whether
 * that waits or is counted is the caller's decision. Throws when any of it could not be applied.
 */
export async function applyEvents(events: MetaEvent[], deps: Deps): Promise<UnmatchedEvent[]> {
  const lines = await linesOf(events, deps);
  const [unmatched] = await Promise.all([
    applyRecipientEvents(events, lines, deps),
    applyIncidents(events, lines, deps),
    applyPersonEvents(events, lines, deps),
    forgetStrikes(events, lines, deps),
    noteWhoTheyAre(events, lines, deps),
  ]);
  for (const event of events) await applyAccountEvent(event, deps);
  return unmatched;
}

/** Lines by the number that webhooks name. */
async function linesOf(events: MetaEvent[], deps: Deps): Promise<Map<string, Line>> {
  const ids = new Set(
    events.flatMap((event) => ("phoneNumberId" in event && event.phoneNumberId ? [event.phoneNumberId] : [])),
  );
  const lines = new Map<string, Line>();
  const asked = [...ids];
  for (let i = 0; i < asked.length; i += 90) {
    for (const line of await deps.platform.linesByPhoneNumberId(asked.slice(i, i + 90)))
      lines.set(line.phoneNumberId, line);
  }
  return lines;
}

type Entry = RecipientUpdate & Pick<UnmatchedEvent, "event" | "line"> & { campaignId: string };

async function applyRecipientEvents(
  events: MetaEvent[],
  lines: Map<string, Line>,
  deps: Deps,
): Promise<UnmatchedEvent[]> {
  const entries: Entry[] = [];
  const unmatched: UnmatchedEvent[] = [];
  const byId = await namedByIdAlone(events, lines, deps);
  const served = new Map<string, Set<string>>();
  await Promise.all(
    events.map(async (event) => {
      if (event.kind !== "status" && event.kind !== "inbound") return;
      const line = lines.get(event.phoneNumberId);
      // A number that is not registered here: nothing of ours, and no tenant to list it for.
      if (!line) return;
      const messageId = idAlone(event);
      const found = messageId === null ? null : (byId.get(messageId) ?? null);
      const target =
        event.kind === "status"
          ? await targetOfStatus(event, found, line, deps)
          : await targetOfInbound(event, found, line, served, deps);
      if (!target) {
        unmatched.push({ event, line, named: messageId !== null });
        return;
      }
      entries.push({ ...target, event, line });
    }),
  );
  await leaveOutServed(served, deps);
  const first = await tellLastTwo(entries, deps);
  // What quotes neither message, but an agent's or one long ago, is a reply to what arrived last all the same.
  const second = await tellLastTwo(first.declined.filter(quotes).map(withoutQuote), deps);
  const plain = first.declined.filter((entry) => !quotes(entry));
  const declined = await tellCampaignsOfLine([...plain, ...second.declined], deps);
  const named = [...declined, ...first.early, ...second.early];
  return [...unmatched, ...named.map(({ event, line }) => ({ event, line, named: true }))];
}

/** Whoever has begun to talk gets no campaign in the middle of it; those that can't be told now look by themselves. */
async function leaveOutServed(served: Map<string, Set<string>>, deps: Deps): Promise<void> {
  for (const [tenantId, phones] of served) {
    try {
      const contactIds = await deps.store(tenantId).contacts.idsByPhone([...phones]);
      if (contactIds.length > 0) await tellCampaigns(deps, tenantId, (campaign) => campaign.leaveOutServed(contactIds));
    } catch (error) {
      logFailure("served_not_told", error, { tenantId });
    }
  }
}

const quotes = ({ update }: Entry) => update.type === "replied" && update.contextId !== null;

function withoutQuote(entry: Entry): Entry {
  const { update } = entry;
  return update.type === "replied" ? { ...entry, update: { ...update, contextId: null } } : entry;
}

/** A reply that is none to the last message to that person (Meta may have refused it) may be one to that before. */
async function tellLastTwo(entries: Entry[], deps: Deps): Promise<UnmatchedEntries> {
  const last = await tellEach(entries, deps);
  const before = await Promise.all(last.declined.map((entry) => entryBefore(entry, deps)));
  const again = await tellEach(
    before.flatMap((entry) => entry ?? []),
    deps,
  );
  const declinedAgain = new Set(again.declined.map(({ event }) => event));
  return {
    declined: last.declined.filter(({ event }, i) => before[i] === null || declinedAgain.has(event)),
    early: [...last.early, ...again.early],
  };
}

async function entryBefore(entry: Entry, deps: Deps): Promise<Entry | null> {
  const { event, line, campaignId } = entry;
  if (event.kind !== "inbound") return null;
  const row = await deps.store(line.tenantId).tenant.get();
  const message = row && (await messageAnswered(event, line, row.settings, deps, campaignId));
  return message && { ...entry, ...message };
}

/**
 * A portfolio knows who was about to write to somebody last, and who before; with many campaigns to the same people
 * neither may have. A reply is then one to whatever campaign that used the line of late has reached this person.
 *
 * @returns what none of these took either
 */
async function tellCampaignsOfLine(entries: Entry[], deps: Deps): Promise<Entry[]> {
  const unmatched: Entry[] = [];
  for (const entry of entries)
    if (entry.update.type !== "replied" || !(await anyOfLineTakes(entry, deps))) unmatched.push(entry);
  return unmatched;
}

async function anyOfLineTakes(entry: Entry, deps: Deps): Promise<boolean> {
  const { line, event } = entry;
  const { tenant, campaigns } = deps.store(line.tenantId);
  const since = event.at - replyWindowMs((await tenant.get())?.settings ?? {});
  for (const campaignId of await campaigns.lastOnLine(line.id, since, MOST_CAMPAIGNS)) {
    const { declined, early } = await tellCampaign([{ ...entry, campaignId }], deps);
    if (declined.length === 0 && early.length === 0) return true;
  }
  return false;
}

/** What no row took. `early`: replies whose campaign can't say yet. */
interface UnmatchedEntries {
  declined: Entry[];
  early: Entry[];
}

async function tellEach(entries: Entry[], deps: Deps): Promise<UnmatchedEntries> {
  const groups = groupsOf(entries, ({ line, campaignId }) => `${line.tenantId}/${campaignId}`);
  const answers = await Promise.all(groups.map((group) => tellCampaign(group, deps)));
  return { declined: answers.flatMap(({ declined }) => declined), early: answers.flatMap(({ early }) => early) };
}

/** @param entries what one tenant's lines have to say of one campaign */
async function tellCampaign(entries: [Entry, ...Entry[]], deps: Deps): Promise<UnmatchedEntries> {
  const [{ line, campaignId }] = entries;
  const updates = entries.map(({ contactId, update }) => ({ contactId, update }));
  const { declined, early } = await deps.campaign(campaignId).applyEvents(line.tenantId, updates);
  const at = (places: number[]) => places.flatMap((place) => entries[place] ?? []);
  return { declined: at(declined), early: at(early) };
}

type Target = { campaignId: string; contactId: string; update: RecipientUpdate["update"] } | null;

/** The message of ours that an event is about, when it names neither our callback data nor the person's number. */
function idAlone(event: MetaEvent): string | null {
  if (event.kind === "status")
    return event.recipientPhone === null && decodeCallbackData(event.callback) === null ? event.messageId : null;
  return event.kind === "inbound" && event.phone === null ? event.contextId : null;
}

async function namedByIdAlone(events: MetaEvent[], lines: Map<string, Line>, deps: Deps): Promise<Map<string, Found>> {
  const wanted = events.flatMap((event) => {
    const messageId = idAlone(event);
    const line = "phoneNumberId" in event && event.phoneNumberId ? lines.get(event.phoneNumberId) : undefined;
    return messageId !== null && line ? [{ line, messageId }] : [];
  });
  return wanted.length === 0 ? new Map() : findMessages(wanted, deps);
}

/**
 * Our callback data names the row. Without it, the last message to that person is tried, the row checks the message id;
 * without their number too, what that id has `found`.
 */
async function targetOfStatus(event: Of<"status">, found: Found | null, line: Line, deps: Deps): Promise<Target> {
  const { status, at, messageId, error, pricing } = event;
  const update: RecipientUpdate["update"] =
    status === "failed"
      ? { type: "failed", at, messageId, code: error?.code ?? -1, detail: error?.detail ?? "" }
      : { type: status, at, messageId, charged: pricing?.charged ?? null };
  const named =
    found ?? decodeCallbackData(event.callback) ?? (await lastMessage(event.recipientPhone, at, line, deps));
  return named && { campaignId: named.campaignId, contactId: named.contactId, update };
}

/**
 * A reply belongs to the campaign that wrote to this person last; of whoever hides their number, to what it quotes.
 *
 * @param served takes the phone of whoever is being served from this reply on, by tenant
 */
async function targetOfInbound(
  event: Of<"inbound">,
  found: Found | null,
  line: Line,
  served: Map<string, Set<string>>,
  deps: Deps,
): Promise<Target> {
  const phone = event.phone ?? found?.phone ?? null;
  if (phone === null) return null;
  const { tenant, attendances } = deps.store(line.tenantId);
  const row = await tenant.get();
  if (!row?.responseProtocol) return null;
  if (await attendances.openForReply({ id: deps.newId("att"), phone, now: event.at }))
    served.set(line.tenantId, (served.get(line.tenantId) ?? new Set()).add(phone));
  const open = await attendances.list({ phone, active: true, limit: 1 });
  const channel = open.data[0]?.channel ?? "idr";
  const message = found
    ? isInTime(event.at, found.sentAt, row.settings) && found
    : await messageAnswered(event, line, row.settings, deps);
  if (!message) return null;
  const { campaignId, contactId } = message;
  const { messageId, contextId, at, type } = event;
  return { campaignId, contactId, update: { type: "replied", at, messageId, contextId, kind: type, channel } };
}

/** What this person was sent last, or last before campaign `notOf`, within the tenant's window for replies. */
async function messageAnswered(
  { phone, at }: Of<"inbound">,
  line: Line,
  settings: TenantSettings,
  deps: Deps,
  notOf = "",
): Promise<Pick<Entry, "campaignId" | "contactId"> | null> {
  const last = await lastMessage(phone, at, line, deps, notOf);
  return last && isInTime(at, last.at, settings) ? { campaignId: last.campaignId, contactId: last.contactId } : null;
}

const replyWindowMs = ({ replyWindowMinutes = DEFAULT_REPLY_WINDOW_MINUTES }: TenantSettings): number =>
  replyWindowMinutes * MINUTE_MS;

/** Whether a reply is soon enough after our message to count as one to it. */
const isInTime = (at: number, sentAt: number | null, settings: TenantSettings): boolean =>
  sentAt === null || at - sentAt <= replyWindowMs(settings);

/** Whoever writes can be reached, whatever earlier campaigns met. */
async function forgetStrikes(events: MetaEvent[], lines: Map<string, Line>, deps: Deps): Promise<void> {
  const byTenant = new Map<string, Set<string>>();
  for (const event of events) {
    if (event.kind !== "inbound" || event.phone === null) continue;
    const tenantId = lines.get(event.phoneNumberId)?.tenantId;
    if (tenantId) byTenant.set(tenantId, (byTenant.get(tenantId) ?? new Set()).add(event.phone));
  }
  await Promise.all(
    [...byTenant].map(([tenantId, phones]) => deps.store(tenantId).contacts.forgetStrikes([...phones])),
  );
}

/** Whose number it is that stands beside an id of Meta's, for blocks by that id. */
async function noteWhoTheyAre(events: MetaEvent[], lines: Map<string, Line>, deps: Deps): Promise<void> {
  const named = events.flatMap((event) => {
    if (event.kind !== "inbound" && event.kind !== "preference") return [];
    const { phone, userId, phoneNumberId } = event;
    const tenantId = lines.get(phoneNumberId ?? "")?.tenantId;
    return phone !== null && userId !== null && tenantId ? [{ tenantId, phone, userId }] : [];
  });
  await Promise.all(
    groupsOf(named, ({ tenantId }) => tenantId).map((users) => noteUsers(deps, users[0].tenantId, users)),
  );
}

/** Meta's instants are whole seconds: one that begins in the second of our message counts as after it. */
const META_CLOCK_MS = 1_000;

async function lastMessage(phone: string | null, at: number, line: Line, deps: Deps, notOf = "") {
  return phone === null ? null : deps.portfolio(line.portfolioId).lastMessageTo(phone, at + META_CLOCK_MS, notOf);
}

/** Failures that speak of the line: it cools down or slows down. */
async function applyIncidents(events: MetaEvent[], lines: Map<string, Line>, deps: Deps): Promise<void> {
  const byPortfolio = new Map<string, LineIncident[]>();
  for (const event of events) {
    const code = event.kind === "status" ? event.error?.code : event.kind === "line_error" ? event.code : undefined;
    if (code === undefined || (event.kind !== "status" && event.kind !== "line_error")) continue;
    const line = lines.get(event.phoneNumberId);
    const incident = lineIncident(code, "webhook", deps.now());
    if (!line || !incident) continue;
    byPortfolio.set(line.portfolioId, [
      ...(byPortfolio.get(line.portfolioId) ?? []),
      { lineId: line.id, at: event.at, ...incident },
    ]);
    if (incident.kind !== "slow" && incident.alert) {
      await raiseAlert(deps, line.tenantId, {
        kind: incident.alert,
        severity: "warning",
        subject: line.id,
        params: { cause: "code", code, via: "webhook" },
      });
    }
  }
  await Promise.all(
    [...byPortfolio].map(([portfolioId, incidents]) =>
      deps.portfolio(portfolioId).report({ campaignId: "", unused: [], incidents }),
    ),
  );
}

const PERSON_EVENTS = ["preference", "number_changed", "user_id_changed", "inbound"] as const;
type PersonEvent = Extract<MetaEvent, { kind: (typeof PERSON_EVENTS)[number] }>;
const isPersonEvent = (event: MetaEvent): event is PersonEvent => PERSON_EVENTS.some((kind) => kind === event.kind);

/** What people decide in WhatsApp itself, or by a word that they write to us; and that Meta knows them otherwise now. */
async function applyPersonEvents(events: MetaEvent[], lines: Map<string, Line>, deps: Deps): Promise<void> {
  for (const event of events) {
    if (!isPersonEvent(event)) continue;
    const line = lines.get(event.phoneNumberId ?? "");
    if (!line) continue;
    if (event.kind === "preference") await personPrefers(event, line, deps);
    else if (event.kind === "inbound") await personWrote(event, line, deps);
    else if (event.kind === "number_changed") await personChangedNumber(event, line, deps);
    else await personChangedUserId(event, line, deps);
  }
}
