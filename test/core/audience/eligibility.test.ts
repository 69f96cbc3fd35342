import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Contact } from "#core/audience/contact.ts";
import { addToTally, decide, type EligibilityContext, emptyTally, exclusionNow } from "#core/audience/eligibility.ts";
import { EXCLUSIONS, type Exclusion } from "#core/audience/exclusion.ts";
import { aContact, anyContact } from "../arbitraries.ts";

const clean: EligibilityContext<"optedOut"> = {
  lateExclusion: null,
  inService: false,
  blocked: false,
  capped: false,
  unreachable: false,
  seenBefore: false,
  missingVariables: [],
  filter: null,
  now: 0,
};
const vipOnly = { hashtagsAny: ["vip"] };

const anyContext: fc.Arbitrary<EligibilityContext<"optedOut">> = fc.record({
  lateExclusion: fc.constantFrom(null, "optedOut"),
  inService: fc.boolean(),
  blocked: fc.boolean(),
  capped: fc.boolean(),
  unreachable: fc.boolean(),
  seenBefore: fc.boolean(),
  missingVariables: fc.constantFrom([], ["body.1"]),
  filter: fc.constantFrom(null, vipOnly),
  now: fc.nat(),
});

/** Each reason with one way to bring it about, in the order in which they win. */
const obstacles: [Exclusion, Partial<Contact>, Partial<EligibilityContext<"optedOut">>][] = [
  ["noOptIn", { optInStatus: "unknown" }, {}],
  ["optedOut", {}, { lateExclusion: "optedOut" }],
  ["blocked", {}, { blocked: true }],
  ["invalidPhone", { phone: null }, {}],
  ["unreachable", {}, { unreachable: true }],
  ["duplicate", {}, { seenBefore: true }],
  ["inService", {}, { inService: true }],
  ["filtered", {}, { filter: vipOnly }],
  ["frequencyCap", {}, { capped: true }],
  ["missingVariable", {}, { missingVariables: ["body.1"] }],
];

describe("decide", () => {
  it("lets a contact through when nothing speaks against it", () => {
    expect(decide(aContact(), clean)).toBeNull();
  });

  it("names the first of several reasons, for any set of them", () => {
    fc.assert(
      fc.property(fc.subarray(obstacles, { minLength: 1 }), (chosen) => {
        const contact = aContact(Object.assign({}, ...chosen.map(([, change]) => change)));
        const context = { ...clean, ...Object.assign({}, ...chosen.map(([, , change]) => change)) };
        expect(decide(contact, context)).toBe(chosen[0]?.[0]);
      }),
    );
  });

  it("never lets a message go without active consent, a usable phone, or against the campaign's settings", () => {
    fc.assert(
      fc.property(anyContact, anyContext, (contact, context) => {
        if (decide(contact, context) !== null) return;
        expect(contact.optInStatus).toBe("granted");
        expect(contact.phone).toMatch(/^\+55\d{10,11}$/);
        expect(context).toMatchObject({
          lateExclusion: null,
          inService: false,
          blocked: false,
          capped: false,
          unreachable: false,
          seenBefore: false,
          missingVariables: [],
        });
      }),
      { numRuns: 2000 },
    );
  });

  it("takes a revoked opt-in for an opt-out", () => {
    expect(decide(aContact({ optInStatus: "revoked" }), clean)).toBe("optedOut");
  });

  it("refuses a stored phone that is not in canonical form", () => {
    for (const phone of ["", "5511961234567", "+551161234567", "+55 11 96123-4567", "+5520961234567", "+999123"]) {
      expect(decide(aContact({ phone }), clean)).toBe("invalidPhone");
    }
  });

  it("says so of a contact that was deleted since its record was read, before all but its own lack of consent", () => {
    const deleted = { ...clean, lateExclusion: "contactDeleted", inService: true } as const;
    expect(decide(aContact({ phone: null }), deleted)).toBe("contactDeleted");
    expect(decide(aContact({ optInStatus: "unknown" }), deleted)).toBe("noOptIn");
  });

  it("looks for missing variables only when nothing else excludes the contact", () => {
    const mustNotRun = () => {
      throw new Error("rendered for nothing");
    };
    expect(decide(aContact(), { ...clean, inService: true, missingVariables: mustNotRun })).toBe("inService");
    expect(decide(aContact(), { ...clean, missingVariables: () => ["body.2"] })).toBe("missingVariable");
  });
});

describe("after somebody was chosen", () => {
  it("consent, blocks, service and the tenant's caps are asked anew, in this order", () => {
    expect(exclusionNow({ lateExclusion: null, inService: false })).toBeNull();
    expect(exclusionNow({ lateExclusion: null, inService: true })).toBe("inService");
    expect(exclusionNow({ inService: false, capped: true })).toBe("frequencyCap");
    expect(exclusionNow({ inService: true, capped: true })).toBe("inService");
    expect(exclusionNow({ blocked: true, inService: true })).toBe("blocked");
    for (const lateExclusion of ["optedOut", "contactDeleted"] as const)
      expect(exclusionNow({ lateExclusion, blocked: true, inService: true })).toBe(lateExclusion);
  });
});

describe("a tally", () => {
  it("adds up to the audience for any contacts", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyContact, anyContext), { maxLength: 60 }), (audience) => {
        const tally = emptyTally();
        for (const [contact, context] of audience) addToTally(tally, decide(contact, context));
        const excluded = Object.values(tally.excluded).reduce((sum, count) => sum + count, 0);
        expect(tally.total).toBe(audience.length);
        expect(tally.eligible + excluded).toBe(audience.length);
        expect(Object.keys(tally.excluded)).toEqual([...EXCLUSIONS]);
      }),
    );
  });
});
