import { expect, test } from "vitest";
import * as answers from "#http/operations/unmatched-events.schema.ts";
import { aLine, anUnmatchedEvent, aTenant, type TestTenant } from "../../support/builders.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2026, 10, 22, 12);
const iso = (at: number) => new Date(at).toISOString();
const page = async (t: TestTenant, query = "") =>
  expectBody(await t.call("GET", `/v1/unmatched-events${query}`), 200, answers.unmatchedEventList);

test("counts come newest hour first, with the name of their line while it has one", async () => {
  const t = await aTenant();
  const line = await aLine(t, { name: "Cobrança 1" });
  await anUnmatchedEvent(t, { lineId: line.id, hour: NOON, lastAt: NOON + 5_000, count: 7 });
  await anUnmatchedEvent(t, { lineId: "lin_removed", hour: NOON + HOUR_MS, lastAt: NOON + HOUR_MS, kind: "inbound" });
  expect((await page(t)).data).toEqual([
    {
      lineId: "lin_removed",
      lineName: null,
      hour: iso(NOON + HOUR_MS),
      kind: "inbound",
      count: 1,
      lastAt: iso(NOON + HOUR_MS),
    },
    {
      lineId: line.id,
      lineName: "Cobrança 1",
      hour: iso(NOON),
      kind: "status",
      count: 7,
      lastAt: iso(NOON + 5_000),
    },
  ]);
});

test("the pages together are the whole list, each row once, though hours and lines repeat", async () => {
  const t = await aTenant();
  for (const hour of [NOON, NOON - HOUR_MS])
    for (const lineId of ["lin_a", "lin_b"])
      for (const kind of ["status", "inbound"] as const) await anUnmatchedEvent(t, { hour, lineId, kind });
  const whole = (await page(t)).data;
  expect(whole).toHaveLength(8);
  const paged: typeof whole = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const next: Awaited<ReturnType<typeof page>> = await page(t, `?limit=3${cursor && `&cursor=${cursor}`}`);
    expect(next.data.length).toBeLessThanOrEqual(3);
    paged.push(...next.data);
    cursor = next.nextCursor;
  }
  expect(paged).toEqual(whole);
});

test("from and to choose hours, from the one that holds the instant; a line chooses its own", async () => {
  const t = await aTenant();
  for (let i = 0; i < 4; i++) await anUnmatchedEvent(t, { hour: NOON + i * HOUR_MS, lineId: `lin_${i % 2}` });
  const hours = async (query: string) =>
    (await page(t, query)).data.map(({ hour }) => (Date.parse(hour) - NOON) / HOUR_MS);
  expect(await hours(`?from=${iso(NOON + HOUR_MS + 1)}`)).toEqual([3, 2, 1]);
  expect(await hours(`?to=${iso(NOON + 2 * HOUR_MS)}`)).toEqual([1, 0]);
  expect(await hours(`?from=${iso(NOON + HOUR_MS)}&to=${iso(NOON + 3 * HOUR_MS)}`)).toEqual([2, 1]);
  expect(await hours("?lineId=lin_1")).toEqual([3, 1]);
  await expectProblem(await t.call("GET", "/v1/unmatched-events?from=yesterday"), 400, "invalid_request");
});

test("a cursor of another list is refused, and another tenant's rows are on no page", async () => {
  const [t, other] = [await aTenant(), await aTenant()];
  await anUnmatchedEvent(other, { lineId: "lin_theirs" });
  expect(await page(t)).toEqual({ data: [], nextCursor: null });
  expect((await page(t, "?lineId=lin_theirs")).data).toEqual([]);
  await expectProblem(await t.call("GET", "/v1/unmatched-events?cursor=dlt_1"), 400, "invalid_cursor");
});
