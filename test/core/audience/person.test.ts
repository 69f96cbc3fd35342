import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { personFinder } from "#core/audience/person.ts";
import { namesNumber } from "#core/shared/message-id.ts";

const nobody = { contactIds: [], phones: [], documents: [], userIds: [], emails: [] };
const digits = (length: number) =>
  fc.array(fc.constantFrom(..."0123456789"), { minLength: length, maxLength: length }).map((some) => some.join(""));
const areas = fc.constantFrom("11", "21", "47", "85", "91");
const between = fc.constantFrom("", " ", "-", ".", " - ", "\u2013");

describe("a person in what others wrote", () => {
  it("is found by the number, with or without country, trunk zero and ninth digit, however it is punctuated", () => {
    fc.assert(
      fc.property(areas, digits(7), between, between, (area, rest, one, two) => {
        const number = `8${rest}`;
        const finder = personFinder({ ...nobody, phones: [`+55${area}9${number}`] });
        for (const nine of ["", "9"])
          for (const country of ["", "+55", "55 ", "0", "0055"]) {
            const written = `${country}(${area})${one}${nine}${number.slice(0, 4)}${two}${number.slice(4)}`;
            expect(finder.inCells(["Ana", written]), written).toBe(true);
            expect(finder.mayBeIn(`Ana;${written}`)).toBe(true);
          }
        expect(finder.inCells(["Ana", area, `9${number}`])).toBe(true);
        expect(finder.inCells(["Ana", `0${area}`, number])).toBe(true);
      }),
    );
  });

  it("is not somebody whose number differs in the area, when it stands in a column of its own", () => {
    const finder = personFinder({ ...nobody, phones: ["+5511987654321"] });
    expect(finder.inCells(["Ana", "21", "987654321"])).toBe(false);
    expect(finder.inCells(["Ana", "(21) 98765-4321"])).toBe(false);
    expect(finder.inCells(["Ana", "11", "987654322"])).toBe(false);
    // Nobody can tell whose it is.
    expect(finder.inCells(["Ana", "", "987654321"])).toBe(true);
  });

  it("is found by the CPF, also where a spreadsheet has dropped its zeros, and by the e-mail in any case", () => {
    const finder = personFinder({ ...nobody, documents: ["00998224701"], emails: ["Ana@Example.com"] });
    expect(finder.inCells(["998224701"])).toBe(true);
    expect(finder.mayBeIn("998224701")).toBe(true);
    expect(finder.inCells(["009.982.247-01"])).toBe(true);
    expect(finder.inCells(["<ANA@EXAMPLE.COM>"])).toBe(true);
    expect(finder.inCells(["99822470"])).toBe(false);
  });

  it("is never in a record when a look at the whole text says no", () => {
    const finder = personFinder({
      ...nobody,
      phones: ["+5511987654321"],
      documents: ["00998224701"],
      emails: ["a@b.co"],
    });
    const piece = fc.constantFrom("11", "9", "8765", "4321", "-", " ", "998", "224", "701", "a@", "B.CO", "x");
    fc.assert(
      fc.property(fc.array(fc.array(piece, { maxLength: 6 }), { maxLength: 4 }), (rows) => {
        const cells = rows.map((row) => row.join(""));
        if (finder.inCells(cells)) expect(finder.mayBeIn(cells.join(";"))).toBe(true);
      }),
    );
  });

  it("is found in a message by the ids that stand for them, also by Meta's, which has the number in base64", () => {
    const finder = personFinder({ ...nobody, contactIds: ["con_1"], phones: ["+5511987654321"], userIds: ["BR.1a2B"] });
    const id = `wamid.${btoa("\x1c\x18\x0c551187654321\x15")}`;
    expect(finder.inMessage(JSON.stringify({ messageId: id }))).toBe(true);
    expect(finder.inMessage(JSON.stringify({ to: "5511987654321" }))).toBe(true);
    expect(finder.inMessage(JSON.stringify({ contactId: "con_1" }))).toBe(true);
    expect(finder.inMessage(JSON.stringify({ userId: "BR.1a2B" }))).toBe(true);
    expect(finder.inMessage(JSON.stringify({ messageId: `wamid.${btoa("\x1c5511987654399")}` }))).toBe(false);
    expect(namesNumber("wamid.not base64!", ["5511987654321"])).toBe(false);
  });
});
