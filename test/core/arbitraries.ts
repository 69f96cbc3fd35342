import fc from "fast-check";
import type { Contact } from "#core/audience/contact.ts";
import { byField } from "#core/audience/contact-fields.ts";

/** Any JavaScript string: controls, lone surrogates, emoji, blanks of all kinds, what formulas and CSV are made of. */
export const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
  fc.string({ unit: fc.constantFrom(..."=+-@'\",;|\t\r\n #{}1a%\u00a0\u200b\ufeff＝＋－＠\u2028é😀") }),
  fc.string({ unit: fc.constantFrom(" ", "\n", "x"), minLength: 3, maxLength: 20 }),
);

/** A contact with any field at all, and a fair share of sound ones. */
export const anyContact: fc.Arbitrary<Contact> = fc.record({
  id: fc.constant("con_1"),
  phone: fc.option(fc.oneof({ weight: 4, arbitrary: fc.constantFrom("+5511961234567", "+551131234567") }, anyText)),
  name: anyText,
  ...byField(() => fc.option(anyText)),
  hashtags: fc.array(fc.constantFrom("vip", "#VIP", "cobrança", "promo", ""), { maxLength: 4 }),
  attributes: fc.dictionary(fc.constantFrom("Cidade", "Valor", "__proto__", "toString"), anyText),
  optInStatus: fc.constantFrom("granted", "granted", "granted", "revoked", "unknown"),
});

export function aContact(overrides: Partial<Contact> = {}): Contact {
  return {
    id: "con_1",
    phone: "+5511961234567",
    name: "Ana Souza",
    ...byField(() => null),
    hashtags: [],
    attributes: {},
    optInStatus: "granted",
    ...overrides,
  };
}
