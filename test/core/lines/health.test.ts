import { describe, expect, test } from "vitest";
import { longerCooldown } from "#core/lines/cooldown.ts";
import { endsCooldown, lineHealth } from "#core/lines/health.ts";

const NOW = Date.UTC(2026, 10, 22);
const well = { status: "CONNECTED", quality: "GREEN" as const };
const cooldown = (reason: string, until: number | null = null) => ({ reason, since: NOW - 1_000, until });

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

  test("a cooldown says why and since when, until its end", () => {
    const because = { usable: false, reason: "spam_limited", since: NOW - 1_000 };
    expect(lineHealth(well, cooldown("spam_limited"), NOW)).toEqual(because);
    expect(lineHealth(well, cooldown("spam_limited", NOW + 1), NOW)).toEqual(because);
    expect(lineHealth(well, cooldown("spam_limited", NOW), NOW)).toEqual({ usable: true });
  });
});

describe("the end of a cooldown", () => {
  test("a person's reading ends every suspension of a number that looks well", () => {
    expect(endsCooldown(well, cooldown("spam_limited"), "person", NOW)).toBe(true);
    expect(endsCooldown({ ...well, status: "BANNED" }, cooldown("spam_limited"), "person", NOW)).toBe(false);
    expect(endsCooldown({ ...well, quality: "RED" }, cooldown("spam_limited"), "person", NOW)).toBe(false);
  });

  test("the clock's reading ends only what it disproves", () => {
    expect(endsCooldown(well, cooldown("token_refused"), "clock", NOW)).toBe(true);
    expect(endsCooldown(well, cooldown("number_not_found"), "clock", NOW)).toBe(true);
    for (const reason of ["spam_limited", "payment_problem", "permission_missing"]) {
      expect(endsCooldown(well, cooldown(reason), "clock", NOW), reason).toBe(false);
    }
  });

  test("a cooldown with an end of its own is left alone", () => {
    expect(endsCooldown(well, cooldown("number_maintenance", NOW + 60_000), "person", NOW)).toBe(false);
    expect(endsCooldown(well, null, "person", NOW)).toBe(false);
  });

  test("whoever asks for the line to send again ends any cooldown of a number that looks well", () => {
    expect(endsCooldown(well, cooldown("account_restricted", NOW + 60_000), "resume", NOW)).toBe(true);
    expect(endsCooldown(well, cooldown("spam_limited"), "resume", NOW)).toBe(true);
    expect(endsCooldown({ ...well, quality: "RED" }, cooldown("spam_limited"), "resume", NOW)).toBe(false);
  });
});

test("of two cooldowns the longer one stays, and one without an end is the longest", () => {
  const [week, minute, open] = [
    cooldown("account_restricted", 7_000),
    cooldown("number_maintenance", 60),
    cooldown("spam_limited"),
  ];
  expect(longerCooldown(null, minute)).toBe(minute);
  expect(longerCooldown(week, minute)).toBe(week);
  expect(longerCooldown(minute, week)).toBe(week);
  expect(longerCooldown(week, open)).toBe(open);
  expect(longerCooldown(open, week)).toBe(open);
  const again = { ...week, since: week.since + 1 };
  expect(longerCooldown(week, again)).toBe(again);
});
