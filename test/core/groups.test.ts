import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupsOf, inTurns } from "../../worker/core/groups.ts";

describe("inTurns", () => {
  it("gives whole batches of each group in turn, then what is left of each", () => {
    expect(inTurns([["a1", "a2", "a3", "a4", "a5"], ["b1"], ["c1", "c2"]], 2)).toEqual(
      ["a1", "a2", "c1", "c2", "a3", "a4", "a5", "b1"], // a5 and b1 fill no batch
    );
  });

  it("leaves nobody out and keeps each group's order", () => {
    const people = fc.array(fc.record({ line: fc.constantFrom("a", "b", "c"), n: fc.nat() }));
    fc.assert(
      fc.property(people, fc.integer({ min: 1, max: 9 }), (all, size) => {
        const groups = groupsOf(all, ({ line }) => line);
        const turned = inTurns(groups, size);
        expect(turned.length).toBe(all.length);
        for (const group of groups) expect(turned.filter(({ line }) => line === group[0].line)).toEqual(group);
      }),
    );
  });
});
