import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyTally } from "#core/audience/eligibility.ts";
import { preflight } from "#core/campaigns/preflight.ts";
import type { PreflightLine, PreflightSnapshot } from "#core/campaigns/preflight-snapshot.ts";
import { MOST_WAVES } from "#core/campaigns/waves.ts";
import { leasedRate } from "#core/lines/pacing.ts";
import { NEVER, OFFICE_HOURS } from "../windows.ts";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

const line = (overrides: Partial<PreflightLine> = {}): PreflightLine => ({
  lineId: "lin_1",
  portfolioId: "p1",
  kind: "prospect",
  status: "CONNECTED",
  quality: "GREEN",
  templateLinked: true,
  cooldown: null,
  remaining24h: 1_000,
  ratePerSecond: 80,
  used: 0,
  ...overrides,
});
const threeLines = (overrides: Partial<PreflightLine> = {}) =>
  ["lin_1", "lin_2", "lin_3"].map((lineId) => line({ lineId, ...overrides }));
const tally = (eligible: number) => ({ ...emptyTally(), total: eligible, eligible });

const TEMPLATE = {
  name: "oferta",
  language: "pt_BR",
  category: "MARKETING",
  parameterFormat: "POSITIONAL" as const,
  components: [{ type: "BODY", text: "Olá {{1}}" }],
  status: "APPROVED",
};

/** A campaign with nothing to say against it. */
const snapshot = (overrides: Partial<PreflightSnapshot> = {}): PreflightSnapshot => ({
  now: NOW,
  chosen: { segment: true, audience: true },
  sender: { mode: "prospect" },
  startAt: null,
  pacing: null,
  window: null,
  variables: { "body.1": { field: "firstName", fallback: "cliente" } },
  template: TEMPLATE,
  lines: threeLines(),
  audience: tally(100),
  tooLong: 0,
  addressesAsSuffix: {},
  ...overrides,
});
const template = (overrides: Partial<NonNullable<PreflightSnapshot["template"]>>) => ({ ...TEMPLATE, ...overrides });
const found = (overrides: Partial<PreflightSnapshot>) =>
  preflight(snapshot(overrides)).issues.map(({ severity, code }) => `${severity} ${code}`);

describe("a draft that is not complete", () => {
  const none = { lines: [], audience: emptyTally() };

  it("may not be launched, and is told all that is missing and nothing that follows from it", () => {
    expect(found({ ...none, chosen: { segment: false, audience: false }, template: null })).toEqual([
      "error segment_missing",
      "error audience_missing",
      "error template_missing",
    ]);
    expect(preflight(snapshot({ template: null })).ok).toBe(false);
  });

  it("lacks each thing by itself", () => {
    expect(found({ template: null })).toEqual(["error template_missing"]);
    expect(found({ ...none, chosen: { segment: true, audience: false }, lines: threeLines() })).toEqual([
      "error audience_missing",
    ]);
    expect(found({ lines: [], sender: { mode: "line", lineId: null } })).toEqual(["error line_missing"]);
  });

  it("still says what is wrong with what has been chosen", () => {
    expect(found({ template: null, startAt: NOW - 60 * MINUTE, lines: threeLines({ status: "BANNED" }) })).toEqual([
      "error template_missing",
      "error too_few_prospect_lines",
      "error start_in_past",
    ]);
  });
});

describe("a campaign with nothing against it", () => {
  it("may be launched, and its plan, end and price are told", () => {
    expect(preflight(snapshot({ pacing: { percent: 50, intervalMinutes: 10 } }))).toEqual({
      ok: true,
      issues: [],
      audience: tally(100),
      lines: ["lin_1", "lin_2", "lin_3"].map((lineId) => ({ lineId, usable: true, remaining24h: 1_000 })),
      waves: [
        { index: 0, at: NOW, count: 50 },
        { index: 1, at: NOW + 10 * MINUTE, count: 50 },
      ],
      // 50 people on three lines.
      estimatedCompletionAt: NOW + 10 * MINUTE + Math.ceil(50_000 / (3 * leasedRate(80))),
      estimatedCost: { amount: 6.25, currency: "USD", category: "MARKETING" },
    });
  });
});

describe("lines", () => {
  it("have to be three healthy ones for a campaign that rotates", () => {
    expect(found({ lines: threeLines().slice(1) })).toEqual(["error too_few_prospect_lines"]);
    for (const fault of [
      { status: "RATE_LIMITED" },
      { quality: "RED" as const },
      { cooldown: { reason: "spam_limited", since: NOW - MINUTE, until: null } },
      { kind: "receptive" as const },
    ]) {
      const lines = [...threeLines().slice(1), line(fault)];
      expect(found({ lines })).toEqual(["error too_few_prospect_lines"]);
    }
    expect(found({ lines: [] })).toEqual(["error too_few_prospect_lines"]);
  });

  it("that are not rated yet, or whose cooldown is over, are healthy", () => {
    expect(found({ lines: threeLines({ quality: "UNKNOWN" }) })).toEqual([]);
    expect(found({ lines: threeLines({ cooldown: { reason: "x", since: NOW - 2, until: NOW - 1 } }) })).toEqual([]);
  });

  it("of yellow quality are a warning", () => {
    expect(found({ lines: threeLines({ quality: "YELLOW" }) })).toEqual(["warning quality_low"]);
  });

  it("are told one by one, with the reason that a portfolio stopped them for", () => {
    const lines = [
      line(),
      line({ lineId: "lin_2", status: "DISCONNECTED" }),
      line({ lineId: "lin_3", templateLinked: false }),
      line({ lineId: "lin_4", cooldown: { reason: "spam_limited", since: NOW, until: null } }),
      line({ lineId: "lin_5", remaining24h: 0 }),
      line({ lineId: "lin_6", kind: "receptive" }),
    ];
    expect(preflight(snapshot({ lines })).lines).toEqual([
      { lineId: "lin_1", usable: true, remaining24h: 1_000 },
      { lineId: "lin_2", usable: false, reason: "not_connected", remaining24h: 1_000 },
      { lineId: "lin_3", usable: false, reason: "template_not_linked", remaining24h: 1_000 },
      { lineId: "lin_4", usable: false, reason: "spam_limited", remaining24h: 1_000 },
      { lineId: "lin_5", usable: false, reason: "limit_spent", remaining24h: 0 },
    ]);
  });
});

describe("a line picked by name", () => {
  const sender = { mode: "line" as const, lineId: "lin_1" };
  it("may be the only one", () => {
    expect(found({ sender, lines: [line()] })).toEqual([]);
  });
  it("may be receptive, with a warning", () => {
    expect(found({ sender, lines: [line({ kind: "receptive" })] })).toEqual(["warning receptive_line"]);
  });
  it("must be able to send", () => {
    expect(found({ sender, lines: [line({ status: "BANNED" })] })).toEqual(["error line_not_usable"]);
    expect(found({ sender, lines: [] })).toEqual(["error line_not_usable"]);
  });
  it("may have spent its 24 hours: the rest waits", () => {
    expect(found({ sender, lines: [line({ remaining24h: 0 })] })).toEqual(["warning limit_exceeded"]);
  });
});

describe("the template", () => {
  it("must be approved", () => {
    for (const status of ["PENDING", "REJECTED", "PAUSED", "DELETED"]) {
      // Whether it is linked can't be told before it is approved.
      const lines = threeLines({ templateLinked: false });
      expect(found({ template: template({ status }), lines })).toEqual(["error template_not_approved"]);
    }
  });
  it("must be linked to as many lines as rotation needs", () => {
    expect(found({ lines: threeLines({ templateLinked: false }) })).toEqual(["error template_not_linked"]);
    const two = [...threeLines().slice(0, 2), line({ lineId: "lin_3", templateLinked: false })];
    expect(found({ lines: two })).toEqual(["error template_not_linked"]);
    expect(found({ lines: [...threeLines(), line({ lineId: "lin_4", templateLinked: false })] })).toEqual([]);
  });
  it("must be of a kind that we can send", () => {
    const components = [...TEMPLATE.components, { type: "CAROUSEL" }];
    expect(found({ template: template({ components }) })).toEqual(["error template_unsupported"]);
  });
});

describe("variables", () => {
  const withHeader = template({
    components: [
      { type: "HEADER", format: "IMAGE" },
      { type: "BODY", text: "Olá {{1}}, {{2}}" },
    ],
  });
  it("need a source each, and a file for a header that shows one", () => {
    const { issues, ok } = preflight(snapshot({ template: withHeader }));
    expect(ok).toBe(false);
    expect(issues.map(({ code, path }) => [code, path])).toEqual([
      ["media_missing", "variables.header.media"],
      ["variable_missing", "variables.body.2"],
    ]);
  });
  it("may come from a field that some people lack: those are left out, the campaign is not", () => {
    const variables = {
      "header.media": { field: "attributes.Boleto" },
      "body.1": { field: "attributes.Valor" },
      "body.2": { value: "10%" },
    };
    expect(found({ template: withHeader, variables })).toEqual([]);
  });
  it("are missing when the fixed text is blank, or a file stands for a text", () => {
    for (const source of [{ value: " \n" }, { link: "https://example.com/a.png" }, { mediaId: "1" }]) {
      expect(found({ variables: { "body.1": source } })).toEqual(["error variable_missing"]);
    }
  });
  it("that make texts too long are a warning", () => {
    expect(found({ tooLong: 3 })).toEqual(["warning text_too_long"]);
  });
});

describe("the audience", () => {
  it("must have somebody to send to", () => {
    expect(
      found({ audience: { ...emptyTally(), total: 5, excluded: { ...emptyTally().excluded, noOptIn: 5 } } }),
    ).toEqual(["error audience_empty"]);
  });
  it("may be larger than the 24 hours allow, counted once per portfolio, with a warning", () => {
    expect(found({ audience: tally(1_001) })).toEqual(["warning limit_exceeded"]);
    expect(found({ audience: tally(1_000) })).toEqual([]);
    const twoPortfolios = [...threeLines(), line({ lineId: "lin_4", portfolioId: "p2", remaining24h: 500 })];
    expect(found({ lines: twoPortfolios, audience: tally(1_500) })).toEqual([]);
    expect(found({ lines: twoPortfolios, audience: tally(1_501) })).toEqual(["warning limit_exceeded"]);
    const unlimited = [...threeLines(), line({ lineId: "lin_4", portfolioId: "p2", remaining24h: null })];
    expect(found({ lines: unlimited, audience: tally(1_000_000) })).toEqual([]);
  });
});

describe("the start", () => {
  it("may have passed by five minutes, and then means now", () => {
    const startAt = NOW - 5 * MINUTE;
    expect(preflight(snapshot({ startAt }))).toMatchObject({ ok: true, waves: [{ index: 0, at: NOW, count: 100 }] });
    expect(found({ startAt: startAt - 1 })).toEqual(["error start_in_past"]);
  });
  it("in the future is when the first wave falls due", () => {
    const startAt = NOW + 60 * MINUTE;
    expect(preflight(snapshot({ startAt })).waves).toEqual([{ index: 0, at: startAt, count: 100 }]);
  });
});

describe("the plan", () => {
  it("of more than a thousand waves is an error, whatever the audience", () => {
    expect(found({ pacing: { percent: 0.1, intervalMinutes: 1 }, audience: tally(500) })).toEqual([]);
    expect(found({ pacing: { percent: 0.0999, intervalMinutes: 1 } })).toEqual(["error too_many_waves"]);
  });
  it("that begins in more than two years is an error", () => {
    expect(found({ startAt: NOW + 730 * 24 * 60 * MINUTE })).toEqual([]);
    expect(found({ startAt: Date.parse("9999-12-31T23:59:59Z") })).toEqual(["error start_too_far"]);
  });
});

describe("the sending window", () => {
  // NOW is a Friday, 05:00 in São Paulo.
  const eight = NOW + 3 * 60 * MINUTE;
  it("that is closed at the start is a warning that names the first wave, which waits, and so does the end", () => {
    const { ok, issues, waves, estimatedCompletionAt } = preflight(snapshot({ window: OFFICE_HOURS }));
    expect(ok).toBe(true);
    expect(issues).toMatchObject([{ code: "start_outside_window", severity: "warning", path: "startAt" }]);
    expect(issues[0]?.message).toContain(new Date(eight).toISOString());
    expect(waves).toEqual([{ index: 0, at: eight, count: 100 }]);
    expect(estimatedCompletionAt).toBe(eight + Math.ceil(100_000 / (3 * leasedRate(80))));
  });
  it("is looked at where the campaign begins: at its start, or now", () => {
    expect(found({ window: OFFICE_HOURS, startAt: eight })).toEqual([]);
    expect(found({ window: OFFICE_HOURS, startAt: eight + 12 * 60 * MINUTE })).toEqual([
      "warning start_outside_window",
    ]);
    expect(found({ window: OFFICE_HOURS, now: eight, startAt: eight - MINUTE })).toEqual([]);
    expect(found({ window: OFFICE_HOURS, startAt: NOW - 60 * MINUTE })).toEqual(["error start_in_past"]);
  });
  it("must open", () => {
    expect(preflight(snapshot({ window: NEVER }))).toMatchObject({
      ok: false,
      issues: [{ code: "window_never_opens", severity: "error", path: "sendingWindow" }],
      waves: [],
      estimatedCompletionAt: null,
    });
  });
  it("keeps every wave inside, a whole interval after the one before", () => {
    const { waves } = preflight(
      snapshot({ window: OFFICE_HOURS, startAt: eight + 705 * MINUTE, pacing: { percent: 40, intervalMinutes: 30 } }),
    );
    const saturday = eight + 24 * 60 * MINUTE;
    expect(waves.map(({ at }) => at)).toEqual([eight + 705 * MINUTE, saturday, saturday + 30 * MINUTE]);
  });
});

it("is ok exactly when no issue is an error, and lists no more waves than anybody would read", () => {
  const someLine = fc.record({
    status: fc.constantFrom("CONNECTED", "FLAGGED", "BANNED"),
    quality: fc.constantFrom("GREEN", "YELLOW", "RED", "UNKNOWN"),
    templateLinked: fc.boolean(),
    remaining24h: fc.option(fc.nat(100)),
    portfolioId: fc.constantFrom("p1", "p2"),
    kind: fc.constantFrom("prospect", "receptive"),
  });
  const anySnapshot = fc.record({
    lines: fc
      .array(someLine, { maxLength: 5 })
      .map((lines) => lines.map((each, i) => line({ ...each, lineId: `lin_${i}` }))),
    audience: fc.nat(5_000).map(tally),
    startAt: fc.option(fc.integer({ min: NOW - 60 * MINUTE, max: NOW + 60 * MINUTE })),
    pacing: fc.option(fc.constantFrom({ percent: 0.01, intervalMinutes: 1 }, { percent: 0.1, intervalMinutes: 1 })),
    sender: fc.constantFrom({ mode: "prospect" as const }, { mode: "line" as const, lineId: "lin_0" }),
    tooLong: fc.nat(2),
    window: fc.constantFrom(null, OFFICE_HOURS, NEVER),
  });
  fc.assert(
    fc.property(anySnapshot, (some) => {
      const { ok, issues, waves, lines, audience } = preflight(snapshot(some));
      expect(ok).toBe(issues.every(({ severity }) => severity === "warning"));
      expect(waves.length).toBeLessThanOrEqual(MOST_WAVES);
      if (audience.eligible <= MOST_WAVES && some.window !== NEVER) {
        expect(waves.reduce((sum, wave) => sum + wave.count, 0)).toBe(audience.eligible);
      }
      if (some.sender.mode === "prospect" && ok) {
        expect(lines.filter(({ usable, reason }) => usable || reason === "limit_spent").length).toBeGreaterThanOrEqual(
          3,
        );
      }
    }),
  );
});
