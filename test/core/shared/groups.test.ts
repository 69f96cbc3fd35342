import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupsOf, inTurns } from "#core/shared/groups.ts";

describe("inTurns", () => {
  it("gives one of each group as long as it lasts", () => {
    expect(inTurns([["a1", "a2", "a3"], ["b1"], ["c1", "c2"]])).toEqual(["a1", "b1", "c1", "a2", "c2", "a3"]);
  });

  it("leaves nobody out and keeps each group's order", () => {
    const people = fc.array(fc.record({ line: fc.constantFrom("a", "b", "c"), n: fc.nat() }));
    fc.assert(
      fc.property(people, (all) => {
        const groups = groupsOf(all, ({ line }) => line);
        const turned = inTurns(groups);
        expect(turned.length).toBe(all.length);
        for (const group of groups) expect(turned.filter(({ line }) => line === group[0].line)).toEqual(group);
      }),
    );
  });
});
