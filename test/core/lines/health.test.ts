import { describe, expect, test } from "vitest";
import { endsRest, lineHealth, longerRest } from "#core/lines/health.ts";

const NOW = Date.UTC(2026, 10, 22);
const well = { status: "CONNECTED", quality: "GREEN" as const };
const rest = (reason: string, until: number | null = null) => ({ reason, since: NOW - 1_000, until });

describe("a line's health", () => {
  test.each(["CONNECTED", "FLAGGED"])("a number that is %s may send", (status) => {
    expect(lineHealth({ ...well, status }, null, NOW)).toEqual({ usable: true });
  });

  test.each(["DISCONNECTED", "BANNED", "PENDING", "RATE_LIMITED", "NEVER_HEARD_OF"])(
    "a number that is %s may not",
    (status) => {
      expect(lineHealth({ ...well, status }, null, NOW)).toEqual({ usable: false, reason: "not_connected" });
    },
  );

  test("red quality stops a line, yellow and unknown do not", () => {
    expect(lineHealth({ ...well, quality: "RED" }, null, NOW)).toEqual({ usable: false, reason: "quality_red" });
    expect(lineHealth({ ...well, quality: "YELLOW" }, null, NOW).usable).toBe(true);
    expect(lineHealth({ ...well, quality: "UNKNOWN" }, null, NOW).usable).toBe(true);
  });

  test("a rest says why and since when, until its end", () => {
    const because = { usable: false, reason: "spam_limited", since: NOW - 1_000 };
    expect(lineHealth(well, rest("spam_limited"), NOW)).toEqual(because);
    expect(lineHealth(well, rest("spam_limited", NOW + 1), NOW)).toEqual(because);
    expect(lineHealth(well, rest("spam_limited", NOW), NOW)).toEqual({ usable: true });
  });
});

describe("the end of a rest", () => {
  test("a person's reading ends every open rest of a number that looks well", () => {
    expect(endsRest(well, rest("spam_limited"), "person", NOW)).toBe(true);
    expect(endsRest({ ...well, status: "BANNED" }, rest("spam_limited"), "person", NOW)).toBe(false);
    expect(endsRest({ ...well, quality: "RED" }, rest("spam_limited"), "person", NOW)).toBe(false);
  });

  test("the clock's reading ends only what it disproves", () => {
    expect(endsRest(well, rest("token_refused"), "clock", NOW)).toBe(true);
    expect(endsRest(well, rest("number_not_found"), "clock", NOW)).toBe(true);
    for (const reason of ["spam_limited", "payment_problem", "permission_missing"]) {
      expect(endsRest(well, rest(reason), "clock", NOW), reason).toBe(false);
    }
  });

  test("a rest with an end of its own is left alone", () => {
    expect(endsRest(well, rest("number_maintenance", NOW + 60_000), "person", NOW)).toBe(false);
    expect(endsRest(well, null, "person", NOW)).toBe(false);
  });

  test("whoever asks for the line to send again ends any rest of a number that looks well", () => {
    expect(endsRest(well, rest("account_restricted", NOW + 60_000), "resume", NOW)).toBe(true);
    expect(endsRest(well, rest("spam_limited"), "resume", NOW)).toBe(true);
    expect(endsRest({ ...well, quality: "RED" }, rest("spam_limited"), "resume", NOW)).toBe(false);
  });
});

test("of two rests the longer one stays, and one without an end is the longest", () => {
  const [week, minute, open] = [
    rest("account_restricted", 7_000),
    rest("number_maintenance", 60),
    rest("spam_limited"),
  ];
  expect(longerRest(null, minute)).toBe(minute);
  expect(longerRest(week, minute)).toBe(week);
  expect(longerRest(minute, week)).toBe(week);
  expect(longerRest(week, open)).toBe(open);
  expect(longerRest(open, week)).toBe(open);
  const again = { ...week, since: week.since + 1 };
  expect(longerRest(week, again)).toBe(again);
});
