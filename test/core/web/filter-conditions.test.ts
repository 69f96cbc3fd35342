import { describe, expect, it } from "vitest";
import { audienceFilter } from "#core/audience/audience-filter.ts";

interface Condition {
  texts: string[];
}
/** As the file has them; the web's own types resolve only there. */
interface Conditions {
  OPERATORS: Record<string, readonly [string, ...string[]]>;
  newCondition(row: number, field: string, operator: string | undefined, values?: object): Condition;
  faultOf(condition: Condition, before: Condition[]): string | null;
  toFilter(conditions: Condition[]): object | null;
  conditionsOf(filter: object): Condition[];
}
const FILE = "../../../web/src/lib/features/audiences/filter/conditions.ts";
const { OPERATORS, newCondition, faultOf, toFilter, conditionsOf }: Conditions = await import(FILE);

/** Every condition that the language has. */
const everything = {
  hashtagsAny: ["vip"],
  hashtagsAll: ["a", "b"],
  hashtagsNone: ["c"],
  attributes: [
    { name: "Cidade", op: "eq" as const, value: "Recife" },
    { name: "Valor", op: "notEmpty" as const },
  ],
  optIn: { status: ["granted" as const], grantedAfterDays: 30, grantedBeforeDays: 3 },
  states: ["PE" as const, "SP" as const],
  ddd: ["81"],
  audienceIds: { in: ["aud_1"], notIn: ["aud_2"] },
  segmentIds: ["seg_1"],
  unreachable: false,
  legalBasis: ["contract" as const, "unknown" as const],
  lastMessage: ["delivered" as const, "read" as const],
  notWrittenForDays: 14,
  createdWithinDays: 7,
  hasEmail: true,
  hasDocument: false,
};

describe("the builder's rows", () => {
  it("show every condition of the language, and give back the filter that they show", () => {
    expect(Object.keys(everything).sort()).toEqual(Object.keys(audienceFilter.shape).sort());
    expect(toFilter(conditionsOf(everything))).toEqual(everything);
    for (const key of Object.keys(everything)) {
      const alone = Object.fromEntries(Object.entries(everything).filter(([name]) => name === key));
      expect(toFilter(conditionsOf(alone)), key).toEqual(alone);
    }
  });

  it("of lists that are empty are none", () => {
    expect(conditionsOf({ hashtagsAny: [], audienceIds: { in: [] }, optIn: { status: [] } })).toEqual([]);
    expect(toFilter([])).toBeNull();
  });

  it("count only once they say what they ask", () => {
    for (const field of ["hashtags", "attribute", "consent", "consentGiven", "state", "audience", "created"] as const) {
      const blank = newCondition(0, field, OPERATORS[field]?.[0]);
      expect(faultOf(blank, []), field).not.toBeNull();
      expect(toFilter([blank])).toBeNull();
    }
    expect(faultOf(newCondition(0, "created", "within", { days: 1.5 }), [])).toBe("value");
  });

  it("that ask the same twice count once", () => {
    const any = newCondition(0, "hashtags", "any", { texts: ["vip"] });
    const again = newCondition(1, "hashtags", "any", { texts: ["novo"] });
    expect(faultOf(again, [any])).toBe("twice");
    expect(toFilter([any, again])).toEqual({ hashtagsAny: ["vip"] });
    expect(faultOf(newCondition(1, "hashtags", "none", { texts: ["novo"] }), [any])).toBeNull();
    expect(faultOf(newCondition(1, "email", "no"), [newCondition(0, "email", "yes")])).toBe("twice");
  });
});
