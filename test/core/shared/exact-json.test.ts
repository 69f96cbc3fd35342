import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseExactJson } from "#core/shared/exact-json.ts";

describe("JSON with whole numbers that a double can't hold", () => {
  it.each([
    ["90071992547409931", "90071992547409931"],
    ["-90071992547409931", "-90071992547409931"],
    ["9007199254740993", "9007199254740993"],
    ["9007199254740991", 9_007_199_254_740_991],
    ['{"a":[{"id":123456789012345678901234567890}]}', { a: [{ id: "123456789012345678901234567890" }] }],
    ['"id\\": 90071992547409931"', 'id": 90071992547409931'],
    ['{"90071992547409931":90071992547409931}', { "90071992547409931": "90071992547409931" }],
    ["1795743600.1234567890123456789", 1_795_743_600.123_456_7],
    ["9.0071992547409931e16", Number("9.0071992547409931e16")],
    ["[1,null,true,{}]", [1, null, true, {}]],
  ])("%s keeps their digits", (text, value) => {
    expect(parseExactJson(text)).toEqual(value);
  });

  it("is what JSON.parse says of everything else", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const plain: unknown = JSON.parse(text);
        fc.pre(!/\d{16}/.test(text));
        expect(parseExactJson(text)).toEqual(plain);
      }),
    );
  });

  it("names every big integer by its own digits, wherever it stands", () => {
    const big = fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n });
    fc.assert(
      fc.property(big, fc.string(), (id, text) => {
        const json = `{${JSON.stringify(text)}:[${id},{"deep":${id}}],"text":${JSON.stringify(`${text}${id}`)}}`;
        const read = parseExactJson(json) as Record<string, unknown>;
        const digits = String(id);
        expect(Object.values(read)).toContainEqual(text === "text" ? `${text}${digits}` : [digits, { deep: digits }]);
      }),
    );
  });

  it("throws where JSON.parse does", () => {
    expect(() => parseExactJson('{"id":90071992547409931')).toThrow(SyntaxError);
  });
});
