import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  escalate,
  GIVEN_UP,
  type MetaErrorRule,
  NO_CODE,
  REPEATS_THAT_ESCALATE,
  ruleFor,
} from "#core/meta/error-rules.ts";
import type { ErrorClass, SendAction } from "#core/meta/error-types.ts";
import { delayMs } from "#core/shared/backoff.ts";

// Written out here, not read from the table: a code that falls out of the table must fail a test.
const SEND_CODES = [
  0, 1, 2, 3, 4, 10, 33, 100, 190, 200, 368, 613, 80007, 130403, 130429, 130472, 130497, 131000, 131005, 131008, 131009,
  131014, 131016, 131021, 131026, 131030, 131031, 131037, 131042, 131045, 131047, 131048, 131049, 131050, 131051,
  131052, 131053, 131055, 131056, 131057, 131058, 131059, 131062, 131063, 131064, 132000, 132001, 132005, 132007,
  132008, 132012, 132015, 132016, 132018, 132068, 132069, 133004, 133006, 133010, 133016, 134011, 134100, 134101,
  134102, 135000, 137000, 1752041,
];
const TEMPLATE_CODES = [2388019, 2388023, 2388024, 2388039, 2388040, 2388047, 2388072, 2388073, 2388293, 2388299];
const CODES = [...SEND_CODES, ...TEMPLATE_CODES];
const rules = CODES.map((code) => ruleFor(code));
const unknown = ruleFor(null);
const anyRule = fc.constantFrom(...rules, unknown);

const where = (test: (rule: MetaErrorRule) => boolean) => rules.filter(test).map((rule) => rule.code);
const repeats = fc.integer({ min: 0, max: 1_000 });

describe("the table of Meta's codes", () => {
  it.each(CODES)("knows %d", (code) => {
    expect(ruleFor(code).code).toBe(code);
    expect(ruleFor(code).titlePt).not.toBe(unknown.titlePt);
  });

  it("has a rule for what a person gave up, which speaks of nobody else and of no line", () => {
    const { titlePt, onAnswer, onRepeat, countsAgainstLine } = ruleFor(GIVEN_UP);
    expect(titlePt).not.toBe(unknown.titlePt);
    expect({ onAnswer, onRepeat, countsAgainstLine }).toEqual({
      onAnswer: { kind: "fail_recipient", strike: false },
      onRepeat: null,
      countsAgainstLine: false,
    });
  });

  it("treats the whole range of 200 to 299 as a missing permission", () => {
    for (let code = 200; code <= 299; code++) expect(ruleFor(code)).toEqual({ ...ruleFor(200), code });
  });

  it("gives every other code, and none, the cautious rule for the unknown", () => {
    const known = new Set([...CODES, GIVEN_UP]);
    fc.assert(
      fc.property(
        fc.oneof(fc.integer(), fc.double(), fc.constant(NO_CODE), fc.constantFrom(199, 300, 131001)),
        (code) => {
          fc.pre(!known.has(code) && !(code >= 200 && code <= 299));
          expect(ruleFor(code)).toEqual({ ...unknown, code });
        },
      ),
    );
    expect(unknown).toMatchObject({ code: NO_CODE, class: "R", onAnswer: { kind: "retry", maxTries: 3 } });
  });

  it("says in both languages what happened and what to do, in full sentences and the same words for none", () => {
    for (const rule of [...rules, unknown]) {
      for (const title of [rule.titlePt, rule.titleEn]) {
        expect(title, `${rule.code}`).toMatch(/^\p{Lu}.{5,58}[^.\s]$/u);
      }
      for (const advice of [rule.advicePt, rule.adviceEn]) {
        expect(advice, `${rule.code}`).toMatch(/^\p{Lu}.{20,150}\.$/u);
      }
      expect(rule.titlePt).not.toBe(rule.titleEn);
      expect(rule.advicePt).not.toBe(rule.adviceEn);
    }
  });

  it("has the kinds of action that its class stands for", () => {
    const kinds: Record<ErrorClass, SendAction["kind"][]> = {
      R: ["retry"],
      L: ["cool_down_line", "slow_line", "fail_recipient"],
      X: ["fail_recipient"],
      O: ["fail_recipient", "opt_out", "wait_recipient"],
      T: ["pause_campaign", "fail_recipient", "retry"],
      A: ["suspend_account"],
      C: ["pause_campaign", "fail_recipient", "cool_down_line"],
    };
    for (const rule of [...rules, unknown]) expect(kinds[rule.class], `${rule.code}`).toContain(rule.onAnswer.kind);
  });
});

describe("what an answer to a send leads to", () => {
  it("counts toward unreachable only when the person could not be reached", () => {
    expect(where(({ onAnswer }) => onAnswer.kind === "fail_recipient" && onAnswer.strike)).toEqual([131026]);
  });

  it("records an opt-out when the person stopped marketing, in an answer or a status", () => {
    expect(where(({ onAnswer }) => onAnswer.kind === "opt_out")).toEqual([131050]);
    expect(where(({ onWebhook }) => onWebhook.kind === "opt_out")).toEqual([131050]);
  });

  it("waits a day at least, and comes back once, for a person who has had enough marketing", () => {
    expect(ruleFor(131049).onAnswer).toEqual({ kind: "wait_recipient", waitMs: 86_400_000, maxTries: 1 });
  });

  it("slows the line and nothing else when it is too fast", () => {
    expect(where(({ onAnswer }) => onAnswer.kind === "slow_line")).toEqual([130429]);
  });

  it("leaves it to a person whether a line under complaint hands its recipients on", () => {
    const staying = where(({ onAnswer }) => onAnswer.kind === "cool_down_line" && !onAnswer.moveRecipient);
    expect(staying).toEqual([131048]);
    expect(ruleFor(131048).onAnswer).toMatchObject({ cooldownMs: null, alert: "line_blocked" });
  });

  it("moves a recipient only where another line helps", () => {
    for (const rule of rules) {
      if (rule.onAnswer.kind === "cool_down_line" && rule.onAnswer.moveRecipient)
        expect(rule.changingLineHelps).toBe(true);
    }
  });

  it("has a number in maintenance cool down for a minute without alarming anyone", () => {
    expect(ruleFor(131057).onAnswer).toMatchObject({ kind: "cool_down_line", cooldownMs: 60_000, alert: null });
    expect(ruleFor(131057).countsAgainstLine).toBe(false);
  });

  it.each([368, 131031, 131042, 131064])("suspends the whole account on %d", (code) => {
    expect(ruleFor(code).onAnswer).toMatchObject({ kind: "suspend_account", alert: "account_restricted" });
  });

  it.each([132001, 132015, 132016, 131063, 134011])("pauses the campaign at the first %d", (code) => {
    expect(ruleFor(code).onAnswer.kind).toBe("pause_campaign");
  });

  it("alerts to a paused template by its own kind", () => {
    expect(ruleFor(132015).onAnswer).toEqual({
      kind: "pause_campaign",
      reason: "template_paused",
      alert: "template_paused",
    });
  });

  it("changes the line where that helps, and says where it does not", () => {
    for (const code of [131026, 130472, 131049, 131050, 131064, 135000, 368, 131042]) {
      expect(ruleFor(code).changingLineHelps, `${code}`).toBe(false);
    }
    for (const code of [130429, 131048, 131056, 131045, 133010, 131057, 130497]) {
      expect(ruleFor(code).changingLineHelps, `${code}`).toBe(true);
    }
  });

  it("holds against a line only what is the line's own fault", () => {
    for (const rule of [...rules, unknown]) {
      if (["X", "O", "T", "A", "R"].includes(rule.class)) expect(rule.countsAgainstLine, `${rule.code}`).toBe(false);
    }
    for (const code of [33, 131037, 131045, 131048, 133006, 133010, 130497]) {
      expect(ruleFor(code).countsAgainstLine, `${code}`).toBe(true);
    }
  });
});

describe("tries and waits", () => {
  const retries = [...rules, unknown].flatMap(({ code, onAnswer }) =>
    onAnswer.kind === "retry" ? [{ code, ...onAnswer }] : [],
  );

  it("end: every repeated send has a last try", () => {
    for (const { code, maxTries } of retries) {
      expect(maxTries, `${code}`).toBeGreaterThanOrEqual(2);
      expect(maxTries, `${code}`).toBeLessThanOrEqual(12);
    }
  });

  it("outlast an hour in which Meta is down, whatever chance takes off", () => {
    for (const code of [2, 131016, 133004]) {
      const rule = retries.find((each) => each.code === code);
      const waits = Array.from({ length: (rule?.maxTries ?? 0) - 1 }, (_, n) =>
        rule ? delayMs(rule.backoff, n + 1, 0.5) : 0,
      );
      expect(
        waits.reduce((sum, wait) => sum + wait, 0),
        `${code}`,
      ).toBeGreaterThanOrEqual(55 * 60_000);
    }
  });

  it("give a person at least the 4^n seconds that Meta asks for, whatever chance says", () => {
    const pair = retries.find((each) => each.code === 131056);
    expect(pair?.scope).toBe("recipient");
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.double({ min: 0, max: 1, noNaN: true }), (tries, random) => {
        expect(pair && delayMs(pair.backoff, tries, random)).toBeGreaterThanOrEqual(4 ** tries * 1_000);
      }),
    );
  });

  it("stop the whole line where its other messages would meet the same", () => {
    const wholeLine = retries.filter(({ scope }) => scope === "line").map(({ code }) => code);
    expect(wholeLine).toEqual([2, 4, 613, 80007, 131016, 133004]);
  });
});

describe("what a failed status leads to", () => {
  it("is never a second send, but for the one later try after a marketing cap", () => {
    expect(where(({ onWebhook }) => onWebhook.kind === "wait_recipient")).toEqual([131049]);
    for (const rule of [...rules, unknown]) expect(rule.onWebhook.kind, `${rule.code}`).not.toBe("retry");
  });

  it("never hands the message to another line", () => {
    for (const { onWebhook } of rules) {
      if (onWebhook.kind === "cool_down_line") expect(onWebhook.moveRecipient).toBe(false);
    }
  });

  it("tells a blocked portfolio from bad parameters, which share a code", () => {
    expect(ruleFor(135000).onAnswer).toEqual({ kind: "fail_recipient", strike: false });
    expect(ruleFor(135000).onWebhook).toEqual({
      kind: "suspend_account",
      reason: "portfolio_blocked",
      alert: "account_restricted",
    });
  });

  it("pauses the campaign when messages that Meta paced fail with a paused template", () => {
    expect(ruleFor(132015).onWebhook).toMatchObject({ kind: "pause_campaign", reason: "template_paused" });
  });

  it("fails only the one recipient whose media could not be fetched", () => {
    expect(ruleFor(131053).onWebhook).toEqual({ kind: "fail_recipient", strike: false });
  });

  it("suspends a line that loses its right to send", () => {
    expect(ruleFor(131048).onWebhook).toMatchObject({ kind: "cool_down_line", reason: "spam_limited" });
  });
});

describe("a code that repeats", () => {
  it("is an accident of one row until it has come too often in a row", () => {
    fc.assert(
      fc.property(anyRule, fc.integer({ min: 0, max: REPEATS_THAT_ESCALATE - 1 }), (rule, times) => {
        expect(escalate(rule.code, times)).toEqual(rule.onAnswer);
        expect(escalate(rule.code, times, "webhook")).toEqual(rule.onWebhook);
      }),
    );
  });

  it("then stays what it has become", () => {
    fc.assert(
      fc.property(anyRule, repeats, (rule, more) => {
        expect(escalate(rule.code, REPEATS_THAT_ESCALATE + more)).toEqual(escalate(rule.code, REPEATS_THAT_ESCALATE));
      }),
    );
  });

  it.each([
    [100, "request_refused"],
    [131008, "request_refused"],
    [131009, "request_refused"],
    [132000, "template_mismatch"],
    [132005, "text_too_long"],
    [132007, "content_refused"],
    [132008, "variable_invalid"],
    [132012, "variable_invalid"],
    [132018, "variable_invalid"],
    [131053, "media_unavailable"],
    [135000, "request_refused"],
    [131016, "meta_unavailable"],
    [424242, "unknown_error"],
  ])("pauses the campaign when it is %d, and lets single rows fail before", (code, reason) => {
    expect(escalate(code, 1).kind).not.toBe("pause_campaign");
    expect(escalate(code, REPEATS_THAT_ESCALATE)).toMatchObject({ kind: "pause_campaign", reason });
  });

  it.each([130472, 131021, 131026, 131049, 131050, 131056, 137000, 130403])(
    "never means more than its own row when it is %d",
    (code) => {
      expect(escalate(code, 1_000)).toEqual(ruleFor(code).onAnswer);
    },
  );

  it("suspends a line that no recipient's country takes, but not for one foreign contact", () => {
    expect(escalate(130497, 1, "webhook").kind).toBe("fail_recipient");
    expect(escalate(130497, REPEATS_THAT_ESCALATE, "webhook")).toMatchObject({
      kind: "cool_down_line",
      reason: "country_not_allowed",
    });
  });
});
