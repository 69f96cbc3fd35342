import fc from "fast-check";
import { expect, test } from "vitest";
import { markFinder, markOf, packMarks, unpackMarks } from "#core/sending/message-marks.ts";

test("every id that was noted is found where it stands, among any others", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), fc.nat(), (ids, n) => {
      const place = n % ids.length;
      const noted = packMarks(ids.map(markOf));
      expect(noted.byteLength).toBe(ids.length * 4);
      expect(unpackMarks(noted)).toEqual(ids.map(markOf));
      expect(markFinder([ids[place] ?? ""])(noted)).toContain(place);
      expect(markFinder(ids)(noted)).toEqual(ids.map((_, i) => i));
    }),
  );
});

test("ids of Meta's kind hardly ever share a mark", () => {
  const ids = Array.from({ length: 100_000 }, (_, i) => `wamid.HBgNNTUxMTk4NzY1NDMyMRUCABEYEjQ1${i.toString(36)}AA`);
  expect(new Set(ids.map(markOf)).size).toBeGreaterThan(99_900);
});

test("what was not noted is not found", () => {
  expect(markFinder(["wamid.3"])(packMarks(["wamid.1", "wamid.2"].map(markOf)))).toEqual([]);
  expect(markFinder(["wamid.1"])(packMarks([]))).toEqual([]);
});
