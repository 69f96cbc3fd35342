import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AttributeFilter, AudienceFilter } from "#core/audience/contact.ts";
import { foldTag, matchesFilter, readDate, readNumber } from "#core/audience/filter.ts";
import { aContact, anyContact, anyText } from "../arbitraries.ts";

const tagged = (hashtags: string[], filter: AudienceFilter) => matchesFilter(aContact({ hashtags }), filter);
const attribute = (actual: string | undefined, op: AttributeFilter["op"], value?: string) =>
  matchesFilter(aContact({ attributes: actual === undefined ? {} : { Valor: actual } }), {
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
    expect(matchesFilter(aContact(), filter)).toBe(false);
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
    fc.assert(fc.property(anyContact, (contact) => matchesFilter(contact, null) && matchesFilter(contact, {})));
  });

  it("asks for every condition at once", () => {
    const contact = aContact({ hashtags: ["vip"], attributes: { Cidade: "Recife", Valor: "10" } });
    const city: AttributeFilter = { name: "Cidade", op: "eq", value: "Recife" };
    expect(matchesFilter(contact, { hashtagsAny: ["vip"], attributes: [city] })).toBe(true);
    expect(matchesFilter(contact, { hashtagsAny: ["novo"], attributes: [city] })).toBe(false);
    expect(matchesFilter(contact, { attributes: [city, { name: "Valor", op: "gt", value: "10" }] })).toBe(false);
  });
});
