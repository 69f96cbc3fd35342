import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scrub } from "#core/shared/scrub.ts";

const words = fc.string({ unit: fc.constantFrom(..."abcde XYZ,.:;()#áç\n") });
const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: length, maxLength: length });
/** A phone as anything between Meta and us may print it. */
const phone = fc
  .tuple(
    fc.constantFrom("+", "00", ""),
    digits(2),
    digits(2),
    digits(5),
    digits(4),
    fc.constantFrom(" ", "-", ".", "", "\u00a0"),
  )
  .chain(([plus, country, area, first, last, gap]) =>
    fc.constantFrom(
      `${plus}${country}${area}${first}${last}`,
      `${plus}${country}${gap}${area}${gap}${first}${gap}${last}`,
      `${plus}${country} (${area}) ${first}-${last}`,
      `${plus}${country} (${area}) ${first}\u2011${last}`,
      `%2B${country}%20${area}%20${first}-${last}`,
    ),
  );

describe("scrubbing", () => {
  it("leaves no phone, however it is written and whatever stands around it", () => {
    fc.assert(
      fc.property(words, phone, words, (before, number, after) => {
        const left = scrub(`${before}${number}${after}`).replace(/\D/g, "");
        // "%2B" is a written-out plus sign, not part of the number.
        expect(left.length).toBeLessThanOrEqual(number.startsWith("%2B") ? 1 : 0);
      }),
      { numRuns: 1_000 },
    );
  });

  it("leaves no key, with its name beside it or bare", () => {
    const key = fc
      .string({ unit: fc.constantFrom(..."abcdefgXYZ0123456789_-"), minLength: 30, maxLength: 200 })
      .map((tail) => `EAAb1${tail}`);
    const around = fc.constantFrom(
      "Bearer KEY",
      "access_token=KEY",
      '"access_token":"KEY"',
      "token KEY",
      "(KEY)",
      "KEY",
    );
    fc.assert(
      fc.property(key, around, (secret, sentence) => {
        expect(scrub(`Malformed: ${sentence.replace("KEY", secret)} was sent`)).not.toContain(secret.slice(0, 12));
      }),
    );
  });

  it.each([
    ["message wamid.HBgNNTUxMTk4NzY1NDMyMRUCABEYEjg= failed", "message [message] failed"],
    ["user BR.1a2B3c4D5e6F is gone", "user [user] is gone"],
    ["user BR.ENT.11815799212886844830 is gone", "user [user] is gone"],
    ["document 123.456.789-09", "document [number]"],
    ["company 12.345.678/0001-90", "company [number]"],
    ["write to ana.souza+zap@exemplo.com.br now", "write to [email] now"],
    ["secret 0123456789abcdef0123456789abcdef", "secret [secret]"],
    ["app 123456789012345|AbCdEfGhIjKlMnOpQrStUvWxYz1", "app [secret]"],
  ])("turns %j into %j", (text, scrubbed) => {
    expect(scrub(text)).toBe(scrubbed);
  });

  it.each([
    "(#131049) This message was not delivered to maintain healthy ecosystem engagement.",
    "body: number of localizable_params (1) does not match the expected number of params (2)",
    "template name (promo_black_friday_2026_versao_final) does not exist in pt_BR",
    "Error validating access token: Session has expired",
    "(#2388039) Invalid parameter, subcode 2494102",
    "Bearer authentication failed",
  ])("keeps %j, which is worth reading", (text) => {
    expect(scrub(text)).toBe(text);
  });

  it.each(["a", "1", " ", "@", "a@", "A.", "token ", "1-", "(1"])(
    "takes time in proportion to a text of %j only",
    (unit) => {
      // The time of this process on a core: others on the machine take nothing of it.
      const before = process.cpuUsage();
      scrub(unit.repeat(200_000));
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1_000).toBeLessThan(1_000);
    },
  );
});
