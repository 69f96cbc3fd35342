import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LineSnapshot } from "#core/lines/rotation.ts";
import {
  type KnownWait,
  type Look,
  newAlerts,
  noUsableLine,
  type Obstacle,
  remember,
  shown,
  WAIT_KINDS,
  type WaitingSnapshot,
  waitingOf,
} from "#core/sending/waiting.ts";

const NOW = Date.parse("2026-12-01T15:00:00Z");
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const aLine = (overrides: Partial<LineSnapshot> = {}): LineSnapshot => ({
  lineId: "lin_1",
  kind: "prospect",
  status: "CONNECTED",
  quality: "GREEN",
  templateLinked: true,
  cooldown: null,
  remaining24h: null,
  ratePerSecond: 80,
  used: 0,
  ...overrides,
});
const coolingDown = (reason: string, until: number | null = null) => aLine({ cooldown: { reason, until } });
const aLook = (overrides: Partial<Look> = {}): Look => ({
  lines: [aLine()],
  roomAt: null,
  room: null,
  moved: 0,
  ready: false,
  laterAt: null,
  pinned: [],
  nextWave: null,
  ...overrides,
});
const snapshot = (overrides: Partial<WaitingSnapshot> = {}, look: Partial<Look> = {}): WaitingSnapshot => ({
  now: NOW,
  status: "running",
  statusReason: null,
  pausedAt: null,
  closed: null,
  pending: 10,
  left: 10,
  underWay: 0,
  look: aLook(look),
  queueDelayed: null,
  failedTicks: 0,
  ...overrides,
});
const kinds = (waits: { kind: string }[]) => waits.map(({ kind }) => kind);
const only = (overrides: Partial<WaitingSnapshot>, look: Partial<Look> = {}): Obstacle | undefined => {
  const waits = waitingOf(snapshot(overrides, look));
  expect(waits.length).toBe(1);
  return waits[0];
};

describe("people tied to a line", () => {
  test("that is blocked wait for a person, who may move them, fail them or bring the line back", () => {
    const lines = [coolingDown("spam_limited"), aLine({ lineId: "lin_2" })];
    expect(only({ pending: 3, left: 3 }, { lines, pinned: [{ lineId: "lin_1", count: 3 }] })).toMatchObject({
      kind: "pinned_line_blocked",
      count: 3,
      reason: "spam_limited",
      until: null,
      lines: [{ lineId: "lin_1", reason: "spam_limited", until: null }],
      actions: ["move", "fail", "resume_line"],
    });
  });

  test("can't be moved where no other line has the template, nor wait for one that is gone", () => {
    const pinned = [{ lineId: "lin_1", count: 10 }];
    expect(only({}, { lines: [coolingDown("spam_limited")], pinned })?.actions).toEqual(["fail", "resume_line"]);
    expect(only({}, { lines: [aLine({ lineId: "lin_2" })], pinned })).toMatchObject({
      reason: "line_gone",
      actions: ["move", "fail"],
    });
  });

  test("are named while the others are being sent to, and not when their line is well", () => {
    const lines = [coolingDown("spam_limited"), aLine({ lineId: "lin_2" })];
    const pinned = [{ lineId: "lin_1", count: 1 }];
    expect(kinds(waitingOf(snapshot({}, { lines, pinned, moved: 9 })))).toEqual(["pinned_line_blocked"]);
    expect(waitingOf(snapshot({}, { pinned, moved: 1 }))).toEqual([]);
  });

  test("whose line has only used up its limit wait for room with the others", () => {
    const roomAt = NOW + DAY;
    const look = { lines: [aLine({ remaining24h: 0 })], roomAt, pinned: [{ lineId: "lin_1", count: 4 }] };
    expect(only({}, look)).toMatchObject({ kind: "limit_spent", count: 4, until: roomAt });
    expect(only({}, { ...look, ready: true })).toMatchObject({ kind: "limit_spent", count: 10, until: roomAt });
  });
});

describe("no line can send", () => {
  test.each([
    ["account_restricted", "account_restricted", NOW + 7 * DAY],
    ["account_locked", "account_restricted", null],
    ["policy_violation", "account_restricted", null],
    ["number_maintenance", "line_resting", NOW + MINUTE],
    ["token_refused", "no_line_left", null],
  ])("%s is %s", (reason, kind, until) => {
    expect(only({}, { lines: [coolingDown(reason, until)], ready: true })).toMatchObject({
      kind,
      reason,
      until,
      count: 10,
      actions: ["resume_line"],
    });
  });

  test("the obstacle that ends first is named, with all lines and why each of them can't", () => {
    const lines = [
      aLine({ lineId: "lin_1", remaining24h: 0 }),
      aLine({ lineId: "lin_2", cooldown: { reason: "number_maintenance", until: NOW + MINUTE } }),
      aLine({ lineId: "lin_3", quality: "RED" }),
    ];
    expect(noUsableLine(lines, NOW + DAY, NOW)).toEqual({
      kind: "line_resting",
      reason: "number_maintenance",
      until: NOW + MINUTE,
      lines: [
        { lineId: "lin_1", reason: "limit_spent", until: NOW + DAY },
        { lineId: "lin_2", reason: "number_maintenance", until: NOW + MINUTE },
        { lineId: "lin_3", reason: "quality_red", until: null },
      ],
    });
  });

  test("a cooldown that ends does not count where the number itself is not well", () => {
    const line = aLine({ quality: "RED", cooldown: { reason: "number_maintenance", until: NOW + MINUTE } });
    expect(noUsableLine([line], null, NOW)).toMatchObject({ kind: "no_line_left", until: null });
  });

  test("a spent limit is named while the last of it is being sent", () => {
    const look = { lines: [aLine({ remaining24h: 5 })], roomAt: NOW + DAY, moved: 5 };
    expect(only({ underWay: 5 }, { ...look, room: 0 })?.kind).toBe("limit_spent");
    expect(waitingOf(snapshot({ underWay: 5 }, { ...look, room: 1 }))).toEqual([]);
  });
});

describe("a time", () => {
  test("the closed sending window, with or without an opening", () => {
    expect(only({ closed: { until: NOW + DAY } })).toMatchObject({ kind: "sending_window", until: NOW + DAY });
    expect(only({ closed: { until: null } })).toMatchObject({ kind: "sending_window", until: null });
  });

  test("another try, the next wave, and both", () => {
    const laterAt = NOW + DAY;
    expect(only({}, { laterAt })).toMatchObject({ kind: "later_try", until: laterAt, count: 10 });
    const nextWave = { at: NOW + 30 * MINUTE, count: 5 };
    expect(only({ pending: 0, left: 5 }, { nextWave })).toMatchObject({
      kind: "next_wave",
      count: 5,
      until: nextWave.at,
    });
    expect(kinds(waitingOf(snapshot({ left: 15 }, { nextWave, laterAt })))).toEqual(["later_try", "next_wave"]);
    expect(waitingOf(snapshot({}, { nextWave, moved: 3 }))).toEqual([]);
    expect(waitingOf(snapshot({}, { laterAt: NOW + 10_000 }))).toEqual([]);
  });

  test("a wave that is due and can't be checked", () => {
    const nextWave = { at: NOW - 2 * MINUTE, count: 5 };
    expect(only({ pending: 0, left: 5 }, { nextWave })).toMatchObject({ kind: "wave_unchecked", count: 5 });
  });

  test("the queue, our own steps, the rate that others take", () => {
    const queueDelayed = { count: 7, since: NOW - MINUTE };
    expect(only({ queueDelayed, underWay: 7 })).toMatchObject({ kind: "queue_delayed", count: 7, began: NOW - MINUTE });
    expect(only({ failedTicks: 3, look: null })?.kind).toBe("internal_error");
    expect(only({ failedTicks: 3, status: "preparing" })?.kind).toBe("internal_error");
    expect(waitingOf(snapshot({ failedTicks: 2, look: null }))).toEqual([]);
    expect(only({}, { ready: true })?.kind).toBe("rate_shared");
    expect(waitingOf(snapshot({ underWay: 1 }, { ready: true }))).toEqual([]);
  });
});

describe("a pause", () => {
  const paused = (statusReason: string, look: Partial<Look> = {}) =>
    only({ status: "paused", statusReason, pausedAt: NOW - DAY }, look);

  test.each([
    ["by_user", "paused"],
    ["failure_rate", "paused"],
    ["start_missed", "paused"],
    ["wave_gate_opt_outs", "wave_gate"],
  ])("for %s is %s and waits for a person since then", (reason, kind) => {
    expect(paused(reason)).toMatchObject({ kind, reason, count: 10, actions: ["resume"], began: NOW - DAY });
  });

  test("without a line names the lines", () => {
    const actions = ["resume_line", "resume"];
    expect(paused("no_line_left", { lines: [coolingDown("token_refused")] })).toMatchObject({
      kind: "no_line_left",
      reason: "token_refused",
      actions,
    });
    expect(paused("no_line_left", { lines: [coolingDown("account_locked")] })).toMatchObject({
      kind: "account_restricted",
      actions,
    });
    expect(paused("no_line_left", { lines: [] })).toMatchObject({ kind: "no_line_left", actions: ["resume"] });
  });
});

const line = fc.record<LineSnapshot>({
  lineId: fc.constantFrom("lin_1", "lin_2", "lin_3"),
  kind: fc.constant("prospect"),
  status: fc.constantFrom("CONNECTED", "FLAGGED", "RESTRICTED"),
  quality: fc.constantFrom("GREEN", "RED", "UNKNOWN"),
  templateLinked: fc.boolean(),
  cooldown: fc.option(
    fc.record({
      reason: fc.constantFrom("spam_limited", "account_locked", "number_maintenance"),
      until: fc.option(fc.integer({ min: NOW - DAY, max: NOW + DAY })),
    }),
  ),
  remaining24h: fc.option(fc.nat({ max: 3 })),
  ratePerSecond: fc.constant(80),
  used: fc.constant(0),
});
const around = fc.option(fc.integer({ min: NOW - DAY, max: NOW + DAY }));
const anySnapshot = fc
  .record({
    lines: fc.uniqueArray(line, { maxLength: 3, selector: ({ lineId }) => lineId }),
    roomAt: around,
    room: fc.option(fc.integer({ min: -2, max: 5 })),
    moved: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max: 5 })),
    ready: fc.boolean(),
    laterAt: around,
    pinned: fc.uniqueArray(
      fc.record({ lineId: fc.constantFrom("lin_1", "lin_2", "lin_9"), count: fc.integer({ min: 1, max: 9 }) }),
      { maxLength: 2, selector: ({ lineId }) => lineId },
    ),
    nextWave: fc.option(fc.record({ at: around, count: fc.integer({ min: 1, max: 9 }) })),
    free: fc.nat({ max: 9 }),
    underWay: fc.nat({ max: 1 }),
    failedTicks: fc.nat({ max: 4 }),
    closed: fc.option(fc.record({ until: around }), { freq: 8 }),
    status: fc.constantFrom<WaitingSnapshot["status"]>("running", "running", "running", "paused", "completed"),
  })
  .map(({ free, underWay, failedTicks, closed, status, ...look }): WaitingSnapshot => {
    const tied = look.pinned.reduce((sum, { count }) => sum + count, 0);
    const pending = free + tied;
    const left = pending + (look.nextWave?.count ?? 0) + underWay;
    const paused = { statusReason: "no_line_left", pausedAt: NOW };
    return {
      ...{ now: NOW, statusReason: null, pausedAt: null, queueDelayed: null },
      ...(status === "paused" ? paused : {}),
      ...{ status, closed, pending, left, underWay, failedTicks, look },
    };
  });

test("whatever has happened: a campaign with people left either moves, is about to within a minute, or says why not", () => {
  fc.assert(
    fc.property(anySnapshot, (snapshot) => {
      const waits = waitingOf(snapshot);
      if (snapshot.status === "completed") expect(waits).toEqual([]);
      const { look, underWay, left } = snapshot;
      const soon = (at: number | null | undefined) => at != null && at > NOW - MINUTE && at <= NOW + MINUTE;
      const goesOn = (look?.moved ?? 0) > 0 || underWay > 0 || soon(look?.laterAt) || soon(look?.nextWave?.at);
      if (left > 0 && !goesOn && snapshot.status !== "completed") expect(waits.length).toBeGreaterThan(0);
      for (const wait of waits) {
        expect(WAIT_KINDS).toContain(wait.kind);
        expect(wait.count).toBeGreaterThanOrEqual(0);
        expect(wait.count).toBeLessThanOrEqual(left);
      }
      // Nobody is named for two lines, or as tied and as free.
      const tied = waits
        .filter(({ kind }) => kind === "pinned_line_blocked")
        .reduce((sum, { count }) => sum + count, 0);
      expect(tied).toBeLessThanOrEqual(look?.pinned.reduce((sum, { count }) => sum + count, 0) ?? 0);
    }),
    { numRuns: 3_000 },
  );
});

describe("what is remembered", () => {
  const spent: Obstacle = { ...emptied("limit_spent"), until: NOW + 10_000 };
  const tied: Obstacle = {
    ...emptied("pinned_line_blocked"),
    lines: [{ lineId: "lin_1", reason: "spam_limited", until: null }],
    reason: "spam_limited",
    actions: ["fail"],
  };
  function emptied(kind: Obstacle["kind"]): Obstacle {
    return { kind, count: 2, actions: [], until: null, reason: null, lines: [], began: null };
  }

  test("a wait keeps its age while it lasts, and is told once", () => {
    const first = newAlerts(remember([], [spent], NOW), NOW);
    expect(first.alerts).toEqual([expect.objectContaining({ kind: "tier_limit", severity: "warning" })]);
    const later = newAlerts(remember(first.known, [{ ...spent, count: 1 }], NOW + MINUTE), NOW + MINUTE);
    expect(later.alerts).toEqual([]);
    expect(shown(later.known, NOW + MINUTE)).toEqual([expect.objectContaining({ since: NOW, count: 1 })]);
  });

  test("one that comes and goes by the minute, as a limit does, is the same one; after ten minutes it is news", () => {
    let known: KnownWait[] = newAlerts(remember([], [spent], NOW), NOW).known;
    known = remember(known, [], NOW + MINUTE);
    expect(shown(known, NOW + MINUTE)).toEqual([]);
    const back = newAlerts(remember(known, [spent], NOW + 2 * MINUTE), NOW + 2 * MINUTE);
    expect(back.alerts).toEqual([]);
    expect(shown(back.known, NOW + 2 * MINUTE)[0]?.since).toBe(NOW);
    const over = remember(remember(back.known, [], NOW + 3 * MINUTE), [], NOW + 14 * MINUTE);
    expect(over).toEqual([]);
    expect(newAlerts(remember(over, [spent], NOW + 15 * MINUTE), NOW + 15 * MINUTE).alerts.length).toBe(1);
  });

  test("waits for two lines are two, told in one alert that a person is needed for", () => {
    const other: Obstacle = { ...tied, lines: [{ lineId: "lin_2", reason: "spam_limited", until: null }] };
    const { alerts, known } = newAlerts(remember([], [tied, other], NOW), NOW);
    const told = { kind: "pinned_line_blocked", count: tied.count, reason: "spam_limited" };
    expect(alerts).toEqual([{ kind: "campaign_waits", severity: "critical", params: { waits: [told, told] } }]);
    expect(shown(known, NOW).length).toBe(2);
  });

  test("what comes and goes in normal running is spoken of when it lasts", () => {
    const busy = emptied("rate_shared");
    const known = remember([], [busy], NOW);
    expect([shown(known, NOW), newAlerts(known, NOW).alerts]).toEqual([[], []]);
    const later = NOW + 30_000;
    expect(shown(remember(known, [busy], later), later).length).toBe(1);
    expect(newAlerts(remember(known, [busy], later), later).alerts.length).toBe(1);
  });

  test("no alert for the plan, for a cooldown of minutes, or for a pause, which has its own", () => {
    const minutes: Obstacle = { ...tied, kind: "line_resting", until: NOW + MINUTE };
    const plan = (["next_wave", "later_try"] as const).map(emptied);
    const window: Obstacle = { ...emptied("sending_window"), until: NOW + DAY };
    const pause: Obstacle = { ...emptied("account_restricted"), actions: ["resume"] };
    for (const wait of [minutes, ...plan, window, pause])
      expect(newAlerts(remember([], [wait], NOW), NOW).alerts).toEqual([]);
    for (const wait of [
      { ...minutes, until: NOW + DAY },
      { ...window, until: null },
    ])
      expect(newAlerts(remember([], [wait], NOW), NOW).alerts.length).toBe(1);
  });
});
