import fc from "fast-check";
import { expect, test } from "vitest";
import { markOf, packMarks, placesIn, unpackMarks } from "../../worker/core/message-marks.ts";

test("every id that was noted is found where it stands, among any others", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), fc.nat(), (ids, n) => {
      const place = n % ids.length;
      const noted = packMarks(ids.map(markOf));
      expect(noted.byteLength).toBe(ids.length * 4);
      expect(unpackMarks(noted)).toEqual(ids.map(markOf));
      expect(placesIn(noted, new Set([markOf(ids[place] ?? "")]))).toContain(place);
    }),
  );
});

test("ids of Meta's kind hardly ever share a mark", () => {
  const ids = Array.from({ length: 100_000 }, (_, i) => `wamid.HBgNNTUxMTk4NzY1NDMyMRUCABEYEjQ1${i.toString(36)}AA`);
  expect(new Set(ids.map(markOf)).size).toBeGreaterThan(99_900);
});

test("what was not noted is not found", () => {
  expect(placesIn(packMarks(["wamid.1", "wamid.2"].map(markOf)), new Set([markOf("wamid.3")]))).toEqual([]);
  expect(placesIn(packMarks([]), new Set([markOf("wamid.1")]))).toEqual([]);
});
