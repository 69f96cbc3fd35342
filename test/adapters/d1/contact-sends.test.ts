import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type AppliedCap, capsFor, type FrequencyCap } from "#core/campaigns/frequency-caps.ts";
import { type ContactSend, STILL_OPEN } from "#core/sending/contact-send.ts";
import { DAY_MS } from "#core/shared/time.ts";
import { makeDeps } from "#deps.ts";
import { aContact, aTenant } from "../../support/builders.ts";

const PEOPLE = 3;
const CAMPAIGNS = ["marketing", "utility", "marketing"];
const START = Date.UTC(2026, 0, 1);

const anyCaps = fc.uniqueArray(
  fc.record<FrequencyCap>({
    category: fc.constantFrom("marketing", "utility", "any"),
    messages: fc.integer({ min: 1, max: 2 }),
    days: fc.integer({ min: 1, max: 5 }),
  }),
  { minLength: 1, maxLength: 3, selector: ({ category, days }) => `${category}/${days}` },
);
/** Hours that pass, a campaign, a person, and what it does: asks for a place, or settles the one it has. */
const anyStep = fc.record({
  hours: fc.integer({ min: 0, max: 40 }),
  campaign: fc.nat(CAMPAIGNS.length - 1),
  person: fc.nat(PEOPLE - 1),
  does: fc.constantFrom("asks", "asks again", "sends", "is refused", "is not sure"),
  /** The answer is lost, and the same is said once more. */
  twice: fc.boolean(),
});

interface Place {
  category: string;
  countedAt: number;
}

test("whatever campaigns ask for side by side, nobody gets more than the caps allow, and a place is refused only then", async () => {
  const t = await aTenant();
  const store = makeDeps(env).store(t.tenantId).contactSends;
  await fc.assert(
    fc.asyncProperty(anyCaps, fc.array(anyStep, { minLength: 5, maxLength: 40 }), async (caps, steps) => {
      const people = await Promise.all(Array.from({ length: PEOPLE }, () => aContact(t)));
      const places = new Map<string, Place>();
      const sent: { person: number; campaign: number; category: string; at: number }[] = [];
      let now = START;
      for (const { hours, campaign, person, does, twice } of steps) {
        now += hours * 3_600_000 + 1;
        const contactId = people[person]?.id ?? "";
        const category = CAMPAIGNS[campaign] ?? "";
        const campaignId = `cmp_${campaign}`;
        const key = `${person}/${campaign}`;
        const others = [...places].filter(([other]) => other.startsWith(`${person}/`) && other !== key);
        const mine = places.get(key);
        if (does === "asks" || does === "asks again") {
          if (does === "asks" && mine) continue;
          const applied = capsFor(caps, category, now);
          const asked = { campaignId, category, asOf: now, contactIds: [contactId], caps: applied };
          if (twice) await store.reserve(asked);
          const got = await store.reserve(asked);
          const free = applied.every((cap) => others.filter(([, place]) => counts(place, cap)).length < cap.messages);
          expect(got.has(contactId)).toBe(free);
          if (free) places.set(key, { category, countedAt: STILL_OPEN });
          continue;
        }
        if (mine?.countedAt !== STILL_OPEN) continue;
        const told: Record<typeof does, Partial<ContactSend>> = {
          sends: { sentAt: now, countedAt: now },
          "is refused": { failedAt: now },
          "is not sure": { countedAt: now },
        };
        const nothing = { sentAt: null, deliveredAt: null, readAt: null, repliedAt: null, failedAt: null };
        const send = { ...nothing, contactId, lineId: null, countedAt: null, ...told[does] };
        for (let i = 0; i < (twice ? 2 : 1); i++) await store.tell({ campaignId, category, asOf: now, sends: [send] });
        if (does === "is refused") places.delete(key);
        else {
          places.set(key, { category, countedAt: now });
          sent.push({ person, campaign, category, at: now });
        }
      }
      for (const last of sent)
        for (const { category, messages, days } of caps) {
          if (category !== "any" && category !== last.category) continue;
          const within = sent.filter(
            ({ person, at, ...other }) =>
              person === last.person &&
              at <= last.at &&
              at > last.at - days * DAY_MS &&
              (category === "any" || other.category === category),
          );
          // Another try in one campaign has the place of the first.
          expect(new Set(within.map(({ campaign }) => campaign)).size).toBeLessThanOrEqual(messages);
        }
    }),
    { numRuns: 60 },
  );
}, 120_000);

const counts = (place: Place, { category, since }: AppliedCap) =>
  place.countedAt > since && (category === null || place.category === category);

test("what is older than what D1 knows changes nothing", async () => {
  const t = await aTenant();
  const { id } = await aContact(t);
  const store = makeDeps(env).store(t.tenantId).contactSends;
  const nothing = { sentAt: null, deliveredAt: null, readAt: null, repliedAt: null, failedAt: null, countedAt: null };
  const tell = (asOf: number, facts: Partial<ContactSend>) =>
    store.tell({
      campaignId: "cmp_1",
      category: "utility",
      asOf,
      sends: [{ ...nothing, contactId: id, lineId: "lin_1", ...facts }],
    });
  const known = () =>
    env.DB.prepare("select sent_at, delivered_at, read_at, counted_at from contact_sends where contact_id = ?")
      .bind(id)
      .raw();
  await tell(30, { sentAt: 10, deliveredAt: 11, readAt: 12, countedAt: 10 });
  for (const asOf of [29, 30]) await tell(asOf, { sentAt: 10, countedAt: 10 });
  await tell(29, {});
  const asked = { campaignId: "cmp_1", category: "utility", contactIds: [id], caps: [] };
  await store.reserve({ ...asked, asOf: 29 });
  expect(await known()).toEqual([[10, 11, 12, 10]]);
  await store.reserve({ ...asked, asOf: 31 });
  expect(await known()).toEqual([[10, 11, 12, STILL_OPEN]]);
});
