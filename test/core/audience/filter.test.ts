import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AttributeFilter,
  type AudienceFilter,
  asksForNothing,
  audienceFilter,
} from "#core/audience/audience-filter.ts";
import { type FilterSubject, foldTag, matchesFilter } from "#core/audience/filter.ts";
import { readDate, readNumber } from "#core/audience/written-values.ts";
import { areaCodesOf, BRAZILIAN_STATES, isAreaCode } from "#core/shared/area-codes.ts";
import { aContact, anyContact, anyText } from "../arbitraries.ts";

const NOW = Date.UTC(2026, 10, 28, 12);
const matches = (contact: FilterSubject, filter: AudienceFilter | null) => matchesFilter(contact, filter, NOW);
const tagged = (hashtags: string[], filter: AudienceFilter) => matches(aContact({ hashtags }), filter);
const attribute = (actual: string | undefined, op: AttributeFilter["op"], value?: string) =>
  matches(aContact({ attributes: actual === undefined ? {} : { Valor: actual } }), {
    attributes: [{ name: "Valor", op, value }],
  });

describe("hashtags", () => {
  it("compare without case, accents and the leading #", () => {
    expect(tagged(["#Cobrança"], { hashtagsAny: ["COBRANCA"] })).toBe(true);
    expect(tagged(["cobranca"], { hashtagsAll: ["##cobrança "] })).toBe(true);
    expect(tagged(["VIP"], { hashtagsNone: ["#vip"] })).toBe(false);
  });

  it("fold to a form that folds to itself", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(foldTag(foldTag(text))).toBe(foldTag(text));
      }),
    );
  });

  it("obey any, all and none as sets do", () => {
    const tags = fc.subarray(["vip", "promo", "novo", "inativo"]);
    fc.assert(
      fc.property(tags, tags, tags, tags, (own, hashtagsAny, hashtagsAll, hashtagsNone) => {
        const has = new Set<string>(own);
        const expected =
          (hashtagsAny.length === 0 || hashtagsAny.some((tag) => has.has(tag))) &&
          hashtagsAll.every((tag) => has.has(tag)) &&
          !hashtagsNone.some((tag) => has.has(tag));
        expect(tagged(own, { hashtagsAny, hashtagsAll, hashtagsNone })).toBe(expected);
      }),
    );
  });

  it("that are blank ask for nothing", () => {
    expect(tagged([], { hashtagsAny: ["#"], hashtagsAll: [" "], hashtagsNone: [""] })).toBe(true);
  });
});

describe("attributes", () => {
  it.each<[string | undefined, AttributeFilter["op"], string | undefined, boolean]>([
    ["Recife", "eq", "recife ", true],
    ["São Paulo", "eq", "sao paulo", true],
    ["Recife", "eq", "Olinda", false],
    ["Recife", "neq", "recife", false],
    ["Recife", "neq", "Olinda", true],
    ["Grande Recife", "contains", "RECIFE", true],
    ["007", "eq", "7", false],
    ["1.234,56", "gt", "1234.5", true],
    ["R$ 90,00", "lt", "100", true],
    ["9", "lt", "10", true],
    ["10", "gte", "10,00", true],
    ["10", "gt", "10,00", false],
    ["-5", "lte", "-4,5", true],
    ["01/12/2026", "gt", "2026-11-30", true],
    ["2026-12-01 10:00:00", "lt", "01/12/2026 10:01", true],
    ["2026-12-01T10:00:00-03:00", "gte", "2026-12-01T13:00:00Z", true],
    ["31/02/2026", "gt", "2026-01-01", false],
    ["abc", "gt", "1", false],
    ["10", "gt", "2026-01-01", false],
    ["", "empty", undefined, true],
    [" \t", "empty", undefined, true],
    ["x", "empty", undefined, false],
    ["x", "notEmpty", undefined, true],
    ["", "notEmpty", undefined, false],
    [undefined, "eq", "x", false],
    [undefined, "eq", "", false],
    [undefined, "neq", "x", true],
    [undefined, "contains", "", false],
    [undefined, "gte", "0", false],
    [undefined, "empty", undefined, true],
    [undefined, "notEmpty", undefined, false],
  ])("%j %s %j is %s", (actual, op, value, expected) => {
    expect(attribute(actual, op, value)).toBe(expected);
  });

  it("are the contact's own, not what every object has", () => {
    const filter = { attributes: [{ name: "toString", op: "notEmpty" as const }] };
    expect(matches(aContact(), filter)).toBe(false);
  });

  it("order Brazilian amounts as the numbers they stand for", () => {
    const cents = fc.integer({ min: -(10 ** 10), max: 10 ** 10 });
    const brazilian = (value: number) => (value / 100).toLocaleString("pt-BR", { minimumFractionDigits: 2 });
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        expect(attribute(brazilian(a), "gt", brazilian(b))).toBe(a > b);
        expect(attribute(brazilian(a), "lte", (b / 100).toFixed(2))).toBe(a <= b);
      }),
    );
  });

  it("order dates as the days they stand for", () => {
    const day = fc.date({ min: new Date("1900-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
    const iso = (date: Date) => date.toISOString().slice(0, 10);
    const brazilian = (date: Date) => iso(date).split("-").reverse().join("/");
    fc.assert(
      fc.property(day, day, (a, b) => {
        expect(attribute(brazilian(a), "lt", iso(b))).toBe(iso(a) < iso(b));
        expect(readDate(a.toISOString())).toBe(a.getTime());
      }),
    );
  });

  it("are opposites under eq and neq, empty and notEmpty, for any texts", () => {
    fc.assert(
      fc.property(fc.option(anyText, { nil: undefined }), anyText, (actual, value) => {
        expect(attribute(actual, "neq", value)).toBe(!attribute(actual, "eq", value));
        expect(attribute(actual, "notEmpty")).toBe(!attribute(actual, "empty"));
      }),
    );
  });
});

describe("readNumber", () => {
  it.each([
    ["1.234", 1234],
    ["1.234.567", 1234567],
    ["0.125", 0.125],
    ["1,5", 1.5],
    ["1,234.56", 1234.56],
    ["1,234,567", 1234567],
    ["12.5", 12.5],
    ["-R$ 1.000,10", -1000.1],
    ["R$ -3", -3],
    ["10%", 10],
    ["1.23.4", null],
    ["--1", null],
    ["-R$ -1", null],
    ["1e5", null],
    ["12/12/2026", null],
    ["", null],
  ])("reads %j as %j", (text, expected) => {
    expect(readNumber(text)).toBe(expected);
  });
});

describe("matchesFilter", () => {
  it("lets everyone through when there is no filter", () => {
    fc.assert(fc.property(anyContact, (contact) => matches(contact, null) && matches(contact, {})));
  });

  it("asks for every condition at once", () => {
    const contact = aContact({ hashtags: ["vip"], attributes: { Cidade: "Recife", Valor: "10" } });
    const city: AttributeFilter = { name: "Cidade", op: "eq", value: "Recife" };
    expect(matches(contact, { hashtagsAny: ["vip"], attributes: [city] })).toBe(true);
    expect(matches(contact, { hashtagsAny: ["novo"], attributes: [city] })).toBe(false);
    expect(matches(contact, { attributes: [city, { name: "Valor", op: "gt", value: "10" }] })).toBe(false);
  });
});

describe("a person's standing", () => {
  const daysAgo = (days: number) => NOW - days * 86_400_000;
  it.each<[string, Partial<FilterSubject>, AudienceFilter, boolean]>([
    ["consent that holds", {}, { optIn: { status: ["granted"] } }, true],
    ["consent that ended", { optInStatus: "revoked" }, { optIn: { status: ["granted", "unknown"] } }, false],
    ["any consent", { optInStatus: "revoked" }, { optIn: { status: [] } }, true],
    ["old consent", { optInAt: daysAgo(40) }, { optIn: { grantedBeforeDays: 30 } }, true],
    ["consent of the very day", { optInAt: daysAgo(30) }, { optIn: { grantedBeforeDays: 30 } }, false],
    ["fresh consent", { optInAt: daysAgo(30) }, { optIn: { grantedAfterDays: 30 } }, true],
    ["consent too old", { optInAt: daysAgo(30) - 1 }, { optIn: { grantedAfterDays: 30 } }, false],
    ["consent without a date", { optInAt: null }, { optIn: { grantedBeforeDays: 0 } }, false],
    ["consent taken back", { optInAt: daysAgo(1), optInStatus: "revoked" }, { optIn: { grantedAfterDays: 9 } }, false],
    ["an area code", {}, { ddd: ["21", "11"] }, true],
    ["another area code", {}, { ddd: ["21"] }, false],
    ["no phone", { phone: null }, { ddd: ["11"] }, false],
    ["a phone abroad", { phone: "+351911234567" }, { ddd: ["91"] }, false],
    ["a state", { phone: "+5564961234567" }, { states: ["GO"] }, true],
    ["another state", { phone: "+5561961234567" }, { states: ["GO"] }, false],
    ["an audience", { audienceIds: ["aud_1"] }, { audienceIds: { in: ["aud_1", "aud_2"] } }, true],
    ["another audience", { audienceIds: [] }, { audienceIds: { in: ["aud_1"] } }, false],
    ["an audience to leave out", { audienceIds: ["aud_2"] }, { audienceIds: { notIn: ["aud_1", "aud_2"] } }, false],
    ["a segment", { segmentIds: ["seg_1"] }, { segmentIds: ["seg_1"] }, true],
    ["another segment", { segmentIds: [] }, { segmentIds: ["seg_1"] }, false],
    ["a number that is reached", {}, { unreachable: false }, true],
    ["a number that is not", { unreachable: true }, { unreachable: false }, false],
    ["a legal basis", { legalBasis: "contract" }, { legalBasis: ["contract", "consent"] }, true],
    ["another legal basis", { legalBasis: "unknown" }, { legalBasis: ["contract"] }, false],
    ["no legal basis", {}, { legalBasis: ["contract"] }, false],
    ["a last message that was read", { lastMessage: "read" }, { lastMessage: ["read", "replied"] }, true],
    ["a last message that was not", { lastMessage: "delivered" }, { lastMessage: ["read", "replied"] }, false],
    ["no message ever, of which nothing became", {}, { lastMessage: ["sent", "failed"] }, false],
    ["no message ever, which is none of late", {}, { notWrittenForDays: 7 }, true],
    ["a message just within the days", { lastSentAt: daysAgo(7) }, { notWrittenForDays: 7 }, false],
    ["a message before them", { lastSentAt: daysAgo(7) - 1 }, { notWrittenForDays: 7 }, true],
    ["a new contact", { createdAt: daysAgo(7) }, { createdWithinDays: 7 }, true],
    ["an old contact", { createdAt: daysAgo(7) - 1 }, { createdWithinDays: 7 }, false],
    ["an e-mail", { email: "ana@example.com" }, { hasEmail: true }, true],
    ["no e-mail", {}, { hasEmail: true }, false],
    ["no document", {}, { hasDocument: false }, true],
  ])("%s", (_, person, filter, expected) => {
    expect(matches(aContact(person), filter)).toBe(expected);
  });
});

describe("a filter", () => {
  it("asks for nothing when all its lists are empty, and for something with a condition that is false or 0", () => {
    expect(asksForNothing({ hashtagsAny: [], attributes: [], optIn: { status: [] }, audienceIds: { in: [] } })).toBe(
      true,
    );
    for (const filter of [{ hasEmail: false }, { createdWithinDays: 0 }, { audienceIds: { notIn: ["aud_1"] } }])
      expect(asksForNothing(filter)).toBe(false);
  });

  it("of the first version is one still", () => {
    const first = {
      hashtagsAny: ["vip"],
      hashtagsAll: [],
      hashtagsNone: [],
      attributes: [{ name: "Cidade", op: "eq", value: "Recife" }],
    };
    expect(audienceFilter.parse(first)).toEqual(first);
  });
});

describe("area codes", () => {
  it("are Anatel's 67, each of one state", () => {
    const codes = BRAZILIAN_STATES.flatMap((state) => areaCodesOf([state]));
    expect(codes.length).toBe(67);
    expect(new Set(codes).size).toBe(67);
    const plan = /^(?:[14689][1-9]|2[12478]|3[1-578]|5[1345]|7[134579])$/;
    for (let code = 0; code < 100; code++) {
      const text = String(code).padStart(2, "0");
      expect(isAreaCode(text), text).toBe(plan.test(text));
    }
  });
});
