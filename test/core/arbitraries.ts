import fc from "fast-check";
import { byField } from "#core/audience/contact-fields.ts";
import type { FilterSubject } from "#core/audience/filter.ts";

/** Any JavaScript string: controls, lone surrogates, emoji, blanks of all kinds, what formulas and CSV are made of. */
export const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
  fc.string({ unit: fc.constantFrom(..."=+-@'\",;|\t\r\n #{}1a%\u00a0\u200b\ufeff＝＋－＠\u2028é😀") }),
  fc.string({ unit: fc.constantFrom(" ", "\n", "x"), minLength: 3, maxLength: 20 }),
);

/** A contact with any field at all, and a fair share of sound ones. */
export const anyContact: fc.Arbitrary<FilterSubject> = fc.record({
  id: fc.constant("con_1"),
  phone: fc.option(fc.oneof({ weight: 4, arbitrary: fc.constantFrom("+5511961234567", "+551131234567") }, anyText)),
  name: anyText,
  ...byField(() => fc.option(anyText)),
  hashtags: fc.array(fc.constantFrom("vip", "#VIP", "cobrança", "promo", ""), { maxLength: 4 }),
  attributes: fc.dictionary(fc.constantFrom("Cidade", "Valor", "__proto__", "toString"), anyText),
  optInStatus: fc.constantFrom("granted", "granted", "granted", "revoked", "unknown"),
  optInAt: fc.option(fc.nat()),
  createdAt: fc.nat(),
  unreachable: fc.boolean(),
  audienceIds: fc.subarray(["aud_1", "aud_2"]),
  segmentIds: fc.subarray(["seg_1", "seg_2"]),
  legalBasis: fc.option(fc.constantFrom("consent", "contract")),
  lastMessage: fc.option(fc.constantFrom("sent", "read")),
  lastSentAt: fc.option(fc.nat()),
});

export function aContact(overrides: Partial<FilterSubject> = {}): FilterSubject {
  return {
    id: "con_1",
    phone: "+5511961234567",
    name: "Ana Souza",
    ...byField(() => null),
    hashtags: [],
    attributes: {},
    optInStatus: "granted",
    optInAt: null,
    createdAt: 0,
    unreachable: false,
    audienceIds: [],
    segmentIds: [],
    legalBasis: null,
    lastMessage: null,
    lastSentAt: null,
    ...overrides,
  };
}
