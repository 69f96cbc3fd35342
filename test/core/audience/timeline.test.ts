import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type TimelinePlace, timelinePage, timelinePlace } from "#core/audience/timeline.ts";

/** Few instants, so that sources meet in them; ids differ, also from source to source. */
const sources = fc
  .array(fc.array(fc.nat({ max: 5 }), { maxLength: 12 }), { maxLength: 5 })
  .map((all) => all.map((instants, source) => instants.map((at, n) => ({ at, id: `s${source}:${n}` }))));

const isAfter = (entry: TimelinePlace, place: TimelinePlace) =>
  entry.at < place.at || (entry.at === place.at && entry.id < place.id);
const order = (a: TimelinePlace, b: TimelinePlace) => (isAfter(b, a) ? -1 : 1);

/** What a source answers: the next few after the place, as a query does. */
function asked(entries: TimelinePlace[], cursor: string | null, limit: number): TimelinePlace[] {
  const rest = cursor === null ? entries : entries.filter((entry) => isAfter(entry, timelinePlace(cursor)));
  return rest.toSorted(order).slice(0, limit + 1);
}

describe("a timeline of several sources", () => {
  it("shows each entry once and in order, however long its pages are", () => {
    fc.assert(
      fc.property(sources, fc.integer({ min: 1, max: 7 }), (all, limit) => {
        const seen: TimelinePlace[] = [];
        let cursor: string | null = null;
        do {
          const page: ReturnType<typeof timelinePage> = timelinePage(
            all.map((entries) => asked(entries, cursor, limit)),
            limit,
          );
          expect(page.data.length).toBeLessThanOrEqual(limit);
          seen.push(...page.data);
          cursor = page.nextCursor;
        } while (cursor !== null);
        expect(seen).toEqual(all.flat().sort(order));
      }),
    );
  });

  it("goes on where it was when something happens between two pages", () => {
    const old = [5, 4, 3, 2].map((at) => ({ at, id: `old:${at}` }));
    const first = timelinePage([asked(old, null, 2)], 2);
    const news = [{ at: 9, id: "new" }, ...old];
    expect(timelinePage([asked(news, first.nextCursor, 2)], 2).data).toEqual(old.slice(2));
  });
});
