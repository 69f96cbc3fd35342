import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, test } from "vitest";
import { countMatching, listMatching, matchingIds, readSubjects } from "#adapters/d1/audience/matching-contacts.ts";
import * as schema from "#adapters/d1/schema/audience.ts";
import { contactSends } from "#adapters/d1/schema/campaigns.ts";
import { ormOf, tenantDb } from "#adapters/d1/tenant-db.ts";
import type { AttributeFilter, AudienceFilter } from "#core/audience/audience-filter.ts";
import { matchesFilter } from "#core/audience/filter.ts";
import { LAST_MESSAGES } from "#core/audience/last-message.ts";
import { BRAZILIAN_STATES } from "#core/shared/area-codes.ts";
import { DAY_MS } from "#core/shared/time.ts";
import { aContact, anAudience, aSegment, aTenant, unique } from "../../../support/builders.ts";

/*
 * The filter is written twice: in core, which has the last word, and in SQL, which counts and finds. Random contacts are
 * asked random filters of either, in the database that the product runs on.
 */

const NOW = Date.UTC(2026, 10, 28, 12);
const PEOPLE = 120;
const orm = ormOf(env.DB);
const RUNS = 80;

/** Blanks of all kinds, marks of all kinds, letters that look alike, and what numbers and dates are written with. */
const piece = fc.constantFrom(
  ..."aAzZ01 \t\n\u00a0\u2003\ufeff#_-.,/%$*?[]'\"\\é",
  ...["ção", "ÇÃO", "e\u0301", "ñ", "Ñ", "ø", "Ł", "ß", "ﬁ", "º", "Ａ", "ẽ", "İ", "ſ", "😀", "R$", "são", "SAO"],
);
const oddText = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
const amount = fc.integer({ min: -3_000_000, max: 3_000_000 }).chain((cents) => {
  const value = cents / 100;
  const brazilian = value.toLocaleString("pt-BR", { minimumFractionDigits: 2 });
  return fc.constantFrom(
    brazilian,
    value.toFixed(2),
    String(Math.round(value)),
    `R$ ${brazilian}`,
    `${value}%`,
    value.toLocaleString("en-US"),
  );
});
const digits = fc.stringMatching(/^-?[0-9.,]{1,18}$/);
const day = fc
  .tuple(fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 13 }), fc.constantFrom(1, 99, 1999, 2026, 2027))
  .chain(([date, month, year]) => {
    const two = (value: number) => String(value).padStart(2, "0");
    const iso = `${String(year).padStart(4, "0")}-${two(month)}-${two(date)}`;
    return fc.constantFrom(iso, `${two(date)}/${two(month)}/${year}`, `${date}-${month}-${year}`, `${iso} 10:00`);
  });
const value = fc.oneof(
  oddText,
  amount,
  digits,
  day,
  fc.constantFrom("Recife", "recife ", "São Paulo", "SAO PAULO", "10", "10,0"),
);
const name = fc.constantFrom("Cidade", "Valor", "Vence em", "a.b", 'com "aspas"', "barra\\", "$", "toString", "Ação");
const tag = fc.oneof(fc.constantFrom("vip", "#VIP", "##Cobrança ", "cobranca", "promo"), oddText);
const tags = fc.option(fc.array(tag, { maxLength: 3 }), { nil: undefined });
const days = fc.option(fc.constantFrom(0, 1, 7, 30), { nil: undefined });
const yesNo = fc.option(fc.boolean(), { nil: undefined, freq: 2 });
const someOf = <Item>(items: readonly Item[]) =>
  fc.option(fc.subarray([...items], { maxLength: 2 }), { nil: undefined, freq: 2 });

const attribute: fc.Arbitrary<AttributeFilter> = fc.record(
  { name, op: fc.constantFrom("eq", "neq", "contains", "gt", "gte", "lt", "lte", "empty", "notEmpty"), value },
  { requiredKeys: ["name", "op"] },
);
const filterOver = (audiences: string[], segments: string[]): fc.Arbitrary<AudienceFilter> =>
  fc.record(
    {
      hashtagsAny: tags,
      hashtagsAll: tags,
      hashtagsNone: tags,
      attributes: fc.array(attribute, { maxLength: 2 }),
      optIn: fc.record({
        status: someOf(["granted", "revoked", "unknown"] as const),
        grantedBeforeDays: days,
        grantedAfterDays: days,
      }),
      ddd: someOf(["11", "21", "62"]),
      states: someOf(BRAZILIAN_STATES.filter((state) => ["SP", "GO", "DF"].includes(state))),
      segmentIds: someOf(segments),
      audienceIds: fc.record({ in: someOf(audiences), notIn: someOf(audiences) }),
      unreachable: yesNo,
      legalBasis: someOf(["consent", "contract", "unknown"] as const),
      lastMessage: someOf(LAST_MESSAGES),
      notWrittenForDays: days,
      createdWithinDays: days,
      hasEmail: yesNo,
      hasDocument: yesNo,
    },
    { requiredKeys: [] },
  );

const instant = fc
  .constantFrom(0, 1, 7, 30, 60)
  .chain((ago) => fc.constantFrom(-1, 0, 1).map((ms) => NOW - ago * DAY_MS + ms));
const person = fc.record({
  area: fc.constantFrom("+5511", "+5521", "+5561", "+5562", "+3511", null),
  hashtags: fc.array(tag, { maxLength: 3 }),
  attributes: fc.dictionary(name, value, { maxKeys: 5, noNullPrototype: true }),
  optInStatus: fc.constantFrom("granted" as const, "granted" as const, "revoked" as const, "unknown" as const),
  optInAt: fc.option(instant),
  createdAt: instant,
  email: fc.option(fc.constant("ana@example.com")),
  document: fc.option(fc.constant("00998224725")),
  strikes: fc.constantFrom(0, 0, 1, 2, 3),
  memberOf: fc.subarray([0, 1, 2]),
  legalBasis: fc.constantFrom("consent" as const, "contract" as const, "unknown" as const, null),
  /** Of campaigns one after the other; what has not left is a place, or a refusal. */
  sends: fc.array(
    fc.record({
      sentAt: fc.option(instant, { freq: 4 }),
      deliveredAt: fc.option(instant),
      readAt: fc.option(instant),
      repliedAt: fc.option(instant),
      failedAt: fc.option(instant),
    }),
    { maxLength: 3 },
  ),
});

test("SQL counts and finds whom core lets through, whoever the contacts are and whatever is asked", async () => {
  const t = await aTenant();
  const stranger = await aTenant();
  const [a, b] = [await aSegment(t), await aSegment(t)];
  const audiences = [
    await anAudience(t, { segmentId: a.id }),
    await anAudience(t, { segmentId: a.id }),
    await anAudience(t, { segmentId: b.id }),
  ].map(({ id }) => id);
  const ids: string[] = [];
  for (const { area, strikes, memberOf, sends, ...fields } of fc.sample(person, {
    numRuns: PEOPLE,
    seed: Date.now() % 1e9,
  })) {
    const phone = area === null ? null : `${area}9${70_000_000 + unique()}`;
    const { id } = await aContact(t, { ...fields, phone });
    ids.push(id);
    for (const index of memberOf) {
      const audienceId = audiences[index] ?? "";
      await orm.insert(schema.audienceMembers).values({ tenantId: t.tenantId, audienceId, contactId: id });
    }
    for (const [index, send] of sends.entries()) {
      const of = { tenantId: t.tenantId, contactId: id, campaignId: `cmp_${index}` };
      await orm.insert(contactSends).values({ ...of, ...send, category: "utility", asOf: NOW });
    }
    for (let i = 0; i < strikes; i++) {
      await orm
        .insert(schema.contactStrikes)
        .values({ tenantId: t.tenantId, contactId: id, campaignId: `cmp_${i}`, at: NOW });
    }
  }
  await aContact(stranger, { hashtags: ["vip"] });
  const db = tenantDb(env, t.tenantId);
  const outcome = { matched: 0, refused: 0, open: 0 };
  await fc.assert(
    fc.asyncProperty(filterOver(audiences, [a.id, b.id]), async (filter) => {
      const subjects = await readSubjects(db, ids, filter);
      const expected = subjects
        .filter((subject) => matchesFilter(subject, filter, NOW))
        .map(({ id }) => id)
        .sort();
      const counted = await countMatching(db, { filter, now: NOW, cursor: null });
      expect(counted).toEqual({ looked: PEOPLE, matched: expected.length, nextCursor: null });
      const listed = await listMatching(db, { filter, now: NOW, cursor: null, limit: PEOPLE });
      expect(listed.ids.toSorted()).toEqual(expected);
      const near = await matchingIds(db, { filter, now: NOW, order: "asc", cursor: null, limit: PEOPLE });
      outcome.matched += expected.length;
      outcome.refused += PEOPLE - expected.length;
      outcome.open += near.ids.length - expected.length;
    }),
    { numRuns: RUNS },
  );
  // A property that nobody ever passed, or failed, would say nothing.
  expect(outcome.matched).toBeGreaterThan(0);
  expect(outcome.refused).toBeGreaterThan(0);
});

type Told = Partial<typeof contactSends.$inferInsert>;
test.each<[string, Told[], string | null]>([
  ["only places that were taken, and refusals", [{}, { failedAt: NOW }], null],
  ["sent", [{ sentAt: NOW }], "sent"],
  ["delivered", [{ sentAt: NOW, deliveredAt: NOW }], "delivered"],
  ["failed after it was delivered", [{ sentAt: NOW, deliveredAt: NOW, failedAt: NOW }], "failed"],
  ["read, whatever failed", [{ sentAt: NOW, readAt: NOW, failedAt: NOW }], "read"],
  ["answered", [{ sentAt: NOW, readAt: NOW, repliedAt: NOW }], "replied"],
  [
    "of two the later",
    [
      { sentAt: NOW, readAt: NOW },
      { sentAt: NOW - 1, repliedAt: NOW },
    ],
    "read",
  ],
])("the last message to somebody: %s", async (_, sends, expected) => {
  const t = await aTenant();
  const { id } = await aContact(t);
  for (const [index, send] of sends.entries()) {
    const of = { tenantId: t.tenantId, contactId: id, campaignId: `cmp_${index}` };
    await orm.insert(contactSends).values({ ...of, ...send, category: "utility", asOf: NOW });
  }
  const [subject] = await readSubjects(tenantDb(env, t.tenantId), [id], { notWrittenForDays: 1 });
  expect(subject?.lastMessage).toBe(expected);
  expect(subject?.lastSentAt).toBe(expected === null ? null : NOW);
});

test("SQL takes as many conditions as the language has room for", async () => {
  const t = await aTenant();
  const { id } = await aContact(t, { hashtags: ["Ação"], attributes: { Cidade: "São Paulo", Valor: "1.234,50" } });
  const attributes: AttributeFilter[] = Array.from({ length: 20 }, (_, index) =>
    index % 2 === 0 ? { name: "Cidade", op: "contains", value: "SAO" } : { name: "Valor", op: "gt", value: "1.234,49" },
  );
  const filter: AudienceFilter = {
    hashtagsAny: ["acao"],
    hashtagsAll: ["#ACAO"],
    hashtagsNone: ["vip"],
    attributes,
    optIn: { status: ["granted"], grantedAfterDays: 9 },
    ddd: ["11"],
    states: ["SP"],
    audienceIds: { notIn: ["aud_none"] },
    unreachable: false,
    notWrittenForDays: 9,
    createdWithinDays: 9,
    hasEmail: false,
    hasDocument: false,
  };
  const db = tenantDb(env, t.tenantId);
  const at = { filter, now: Date.now(), cursor: null };
  expect(await countMatching(db, at)).toEqual({ looked: 1, matched: 1, nextCursor: null });
  expect(await listMatching(db, { ...at, limit: 5 })).toEqual({ ids: [id], nextCursor: null });
});

test.each<[string, string]>([
  ["1.234,56", "1000"],
  ["R$ 1.234,56", "1000"],
  ["0.125", "0,1"],
  ["-5", "-6"],
  ["2026-12-01", "30/11/2026"],
  ["01/12/2026", "2026-11-30"],
])("SQL itself tells that %s comes after %s, so that counting stays fast", async (actual, wanted) => {
  const t = await aTenant();
  await aContact(t, { attributes: { X: actual } });
  const db = tenantDb(env, t.tenantId);
  const ids = (op: "gt" | "lte") =>
    matchingIds(db, {
      filter: { attributes: [{ name: "X", op, value: wanted }] },
      now: NOW,
      order: "asc",
      cursor: null,
      limit: 5,
    });
  expect((await ids("gt")).ids).toHaveLength(1);
  expect((await ids("lte")).ids).toHaveLength(0);
});
