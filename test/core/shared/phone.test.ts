import fc from "fast-check";
import { getCountries, getExampleNumber, parsePhoneNumberFromString } from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples";
import { describe, expect, it } from "vitest";
import { canonicalPhone, parsePhone, reportPhone } from "#core/shared/phone.ts";

const read = (number: string, ddd?: string | null) => {
  const parsed = parsePhone({ number, ddd });
  return parsed.ok ? parsed.value.e164 : parsed.error;
};
const valid = (e164: string) => parsePhoneNumberFromString(e164)?.isValid() ?? false;

const twoDigits = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, "0"));
/** As libphonenumber knows them, so that our own list is checked against it. */
const areas = twoDigits.filter((ddd) => valid(`+55${ddd}961234567`));
const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: length, maxLength: length });
const area = fc.constantFrom(...areas);
const mobile = digits(8).map((rest) => `9${rest}`);
const oldMobile = fc.tuple(fc.constantFrom(..."6789"), digits(7)).map(([first, rest]) => first + rest);
const landline = fc.tuple(fc.constantFrom(..."2345"), digits(7)).map(([first, rest]) => first + rest);

/** One national number in the layouts people use; each gives the column and the number. */
const layouts: ((area: string, local: string) => { ddd?: string; number: string })[] = [
  (ddd, local) => ({ ddd, number: local }),
  (ddd, local) => ({ ddd: `0${ddd}`, number: `${local.slice(0, -4)}-${local.slice(-4)}` }),
  (ddd, local) => ({ ddd: `(${ddd})`, number: ` ${local} ` }),
  (ddd, local) => ({ ddd: `55${ddd}`, number: `0${local}` }),
  (ddd, local) => ({ ddd, number: `${ddd}${local}` }),
  (ddd, local) => ({ ddd, number: `55${ddd}${local}` }),
  (ddd, local) => ({ ddd, number: `55${local}` }),
  (ddd, local) => ({ ddd, number: `+55 ${local}` }),
  (ddd, local) => ({ ddd: "55", number: `${ddd}${local}` }),
  (ddd, local) => ({ number: `${ddd}${local}` }),
  (ddd, local) => ({ number: `(${ddd}) ${local.slice(0, -4)}-${local.slice(-4)}` }),
  (ddd, local) => ({ number: `0${ddd} ${local}` }),
  (ddd, local) => ({ number: `015 ${ddd} ${local}` }),
  (ddd, local) => ({ number: `0XX${ddd} ${local}` }),
  (ddd, local) => ({ number: `(0xx${ddd}) ${local}` }),
  (ddd, local) => ({ number: `0 ** ${ddd} ${local}` }),
  (ddd, local) => ({ number: `+55 (0xx${ddd}) ${local}` }),
  (ddd, local) => ({ ddd: `0XX${ddd}`, number: local }),
  (ddd, local) => ({ ddd: `${ddd},0`, number: `${local},0` }),
  (ddd, local) => ({ number: `55${ddd}${local}` }),
  (ddd, local) => ({ number: `0055 ${ddd} ${local}` }),
  (ddd, local) => ({ number: `+55 (${ddd}) ${local}` }),
  (ddd, local) => ({ number: `+55 (0${ddd}) ${local}` }),
  (ddd, local) => ({ number: `+55 0 21 ${ddd} ${local}` }),
  (ddd, local) => ({ number: `="${ddd}${local}"` }),
  (ddd, local) => ({ number: `'+55${ddd}${local}` }),
  (ddd, local) => ({ number: `${ddd}${local}.0` }),
  (ddd, local) => ({ number: `tel:+55-${ddd}-${local}` }),
  (ddd, local) => ({ number: `\u202a+55 ${ddd}\u00a0${local}\u202c` }),
  (ddd, local) => ({ number: `${ddd}${local}`.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))) }),
];

describe("a Brazilian number", () => {
  it("is the same in every layout", () => {
    fc.assert(
      fc.property(area, fc.oneof(mobile, landline), fc.constantFrom(...layouts), (ddd, local, layout) => {
        expect(parsePhone(layout(ddd, local))).toEqual({ ok: true, value: { e164: `+55${ddd}${local}` } });
      }),
      { numRuns: 3000 },
    );
  });

  it("gets its ninth digit when it is an old mobile, in every layout", () => {
    fc.assert(
      fc.property(area, oldMobile, fc.constantFrom(...layouts), (ddd, local, layout) => {
        expect(parsePhone(layout(ddd, local))).toEqual({ ok: true, value: { e164: `+55${ddd}9${local}` } });
      }),
      { numRuns: 3000 },
    );
  });

  it("has one of exactly the 67 area codes", () => {
    expect(areas).toHaveLength(67);
    expect(twoDigits.filter((ddd) => read("961234567", ddd).startsWith("+"))).toEqual(areas);
  });

  it("that we accept is valid for libphonenumber too, and the other way round for mobiles and landlines", () => {
    fc.assert(
      fc.property(fc.oneof(digits(10), digits(11)), (national) => {
        const ours = read(`+55${national}`);
        if (ours.startsWith("+")) expect(valid(ours)).toBe(true);
        const theirs = parsePhoneNumberFromString(`+55${national}`);
        if (theirs?.number === `+55${national}` && /MOBILE|FIXED_LINE/.test(theirs.getType() ?? "")) {
          expect(ours).toMatch(/^\+55/);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ["", null, "empty"],
    ["  ", "11", "empty"],
    ["-", "11", "empty"],
    ["nao tem", "11", "not_a_number"],
    ["96123-4567 Ana", "11", "not_a_number"],
    ["11961234567 + 11961234568", null, "not_a_number"],
    ["96123", "11", "too_short"],
    ["0", "11", "too_short"],
    ["+55 11 9612", null, "too_short"],
    ["961234567", null, "bad_area_code"],
    ["961234567", "20", "bad_area_code"],
    ["20961234567", null, "bad_area_code"],
    ["21961234567", "11", "bad_area_code"],
    ["119612345678", null, "too_long"],
    ["351961234567", null, "too_long"],
    ["00351961234567", null, "too_long"],
    ["1112345678", null, "invalid"],
    ["11861234567", null, "invalid"],
    ["0800 123 4567", null, "bad_area_code"],
  ])("%j with DDD %j is refused as %s", (number, ddd, error) => {
    expect(read(number, ddd)).toBe(error);
  });

  it("is never made of the digits of two, whatever stands between them", () => {
    const between = fc.constantFrom("/", " / ", ",", ";", " | ", "\n", " \r\n ", " ou ", " OU ", " e ", "; ", " & ");
    const written = fc.constantFrom<(ddd: string, local: string) => string>(
      (ddd, local) => `(${ddd}) ${local.slice(0, -4)}-${local.slice(-4)}`,
      (ddd, local) => `${ddd}${local}`,
      (_, local) => local,
      (ddd, local) => `+55 ${ddd} ${local}`,
    );
    // What follows may be another number, the end of one, or a single digit.
    const other = fc
      .integer({ min: 1, max: 11 })
      .chain(digits)
      .filter((rest) => /[1-9]/.test(rest));
    fc.assert(
      fc.property(
        area,
        fc.oneof(mobile, oldMobile, landline),
        written,
        between,
        other,
        (ddd, local, write, sign, rest) => {
          for (const column of [undefined, ddd])
            expect(read(`${write(ddd, local)}${sign}${rest}`, column)).toBe("two_numbers");
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["(11) 9123-4567/8", null],
    ["3141-5926/27", null],
    ["(11) 9123-4567-8", null],
    ["3141-5926 27", "11"],
    ["11 3141-5926 (27)", null],
    ["11/961234567", null],
    ["+351 912 345 678/9", null],
    ["96123\n4567", "11"],
    ["(55) 3191-5926 - 927", null],
    ["3191-5926 927", "55"],
  ])("%j with DDD %j may be two, and is refused as such", (number, ddd) => {
    expect(read(number, ddd)).toBe("two_numbers");
  });

  it.each(["(11) 9123-4567²", "11 9123-4566⑧", "11 9123-4566 ⒏", "11 9123-456½"])(
    "%j has a sign that is no digit of it, and is refused",
    (number) => {
      expect(read(number, null)).toBe("not_a_number");
    },
  );

  it.each(["1/1", "11,21", "11 ou 21"])("with the area codes %j is nobody's", (ddd) => {
    expect(read("961234567", ddd)).toBe("bad_area_code");
  });

  it.each(["5,51199E+12", "5.51199e+12", "5,582E+12", "5E12", '="5,51199E+12"'])(
    "that a spreadsheet wrote as %s has lost digits",
    (number) => expect(read(number)).toBe("lost_digits"),
  );

  it("with its own country code stands alone, whatever the column says", () => {
    expect(read("+55 21 96123-4567", "11")).toBe("+5521961234567");
    expect(read("5521961234567", "11")).toBe("+5521961234567");
  });
});

describe("a foreign number", () => {
  it.each([
    ["+351 912 345 678", "+351912345678"],
    ["+1 (202) 555-0123", "+12025550123"],
    ["+54 9 11 1234-5678", "+5491112345678"],
    ["+1 202 555", "too_short"],
    ["+351 912 345 678 999 999", "too_long"],
    ["+999 912 345 678", "invalid"],
  ])("%s gives %s", (number, expected) => {
    expect(read(number)).toBe(expected);
  });

  it("is accepted from every country that libphonenumber knows", () => {
    for (const country of getCountries()) {
      const example = getExampleNumber(country, examples);
      if (example?.isValid() && country !== "BR") expect(read(example.number)).toBe(example.number);
    }
  });
});

describe("parsePhone", () => {
  it("reads its own output as itself", () => {
    const anyNumber = fc.oneof(
      fc
        .tuple(fc.constantFrom("", "+", "+55", "55", "0", "+1", "+52", "+54", "+39"), fc.bigInt(0n, 10n ** 13n))
        .map((p) => p.join("")),
      fc.tuple(fc.integer({ min: 1, max: 999 }), digits(9)).map(([country, rest]) => `+${country}${rest}`),
    );
    fc.assert(
      fc.property(anyNumber, fc.option(fc.constantFrom("11", "55", "20")), (number, ddd) => {
        const first = parsePhone({ number, ddd });
        if (!first.ok) return;
        expect(first.value.e164).toMatch(/^\+[1-9]\d{6,14}$/);
        expect(parsePhone({ number: first.value.e164 })).toEqual(first);
        expect(parsePhone({ number: first.value.e164, ddd })).toEqual(first);
        expect(canonicalPhone(first.value.e164)).toBe(first.value.e164);
        expect(canonicalPhone(first.value.e164.slice(1))).toBe(first.value.e164);
      }),
      { numRuns: 20_000 },
    );
  });

  it("answers any text without throwing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (number, ddd) => {
        expect(typeof parsePhone({ number, ddd }).ok).toBe("boolean");
      }),
    );
  });
});

describe("canonicalPhone", () => {
  it("gives a mobile one form with and without its ninth digit", () => {
    fc.assert(
      fc.property(area, oldMobile, (ddd, local) => {
        const stored = `+55${ddd}9${local}`;
        expect(canonicalPhone(`55${ddd}${local}`)).toBe(stored);
        expect(canonicalPhone(`55${ddd}9${local}`)).toBe(stored);
        expect(canonicalPhone(`+55${ddd}${local}`)).toBe(stored);
      }),
    );
  });

  it("leaves a landline with eight digits", () => {
    fc.assert(
      fc.property(area, landline, (ddd, local) => {
        expect(canonicalPhone(`55${ddd}${local}`)).toBe(`+55${ddd}${local}`);
      }),
    );
  });

  it("reads the sample of Meta's answer", () => {
    expect(canonicalPhone("551187654321")).toBe("+5511987654321");
  });

  it("keeps a number that our tables do not know", () => {
    expect(canonicalPhone("552061234567")).toBe("+552061234567");
    expect(canonicalPhone("15551234567")).toBe("+15551234567");
  });

  it("is null for what is no phone number", () => {
    for (const text of ["", "BR.1a2B3c", "abc", "12345", "0123456789", "1234567890123456"]) {
      expect(canonicalPhone(text)).toBeNull();
    }
  });
});

describe("the report's two columns of a phone", () => {
  const brazilian = fc.tuple(area, fc.oneof(mobile, landline)).map(([ddd, number]) => `+55${ddd}${number}`);

  it("hold the area code and the complete number", () => {
    fc.assert(
      fc.property(area, fc.oneof(mobile, landline), (ddd, number) => {
        expect(reportPhone(`+55${ddd}${number}`)).toEqual({ ddd, number: `55${ddd}${number}` });
      }),
    );
  });

  it("hold a foreign number whole, with the sign that tells it from a Brazilian one", () => {
    expect(reportPhone("+351912345678")).toEqual({ ddd: "", number: "+351912345678" });
  });

  it("are the same number when they are imported again, also where the digits alone would be somebody in Brazil", () => {
    // Madrid's 34 and nine digits: in Brazil a mobile in Uberlândia.
    const foreign = fc.constantFrom("+34912345678", "+351912345678", "+14155550100", "+5491123456789");
    fc.assert(
      fc.property(fc.oneof(brazilian, foreign), (e164) => {
        const { ddd, number } = reportPhone(e164);
        expect(read(number, ddd)).toBe(e164);
      }),
    );
  });
});
