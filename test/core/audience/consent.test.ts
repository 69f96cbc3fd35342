import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { afterWord, type Consent, type ConsentWord, consentOfBoth, NO_WORD_YET } from "#core/audience/consent.ts";

const NOW = 1_000;
/** Few instants, so that they meet; some have not come yet. */
const at = fc.constantFrom<ConsentWord["at"]>(null, "now", 100, 200, 300, 400, NOW, NOW + 1);
const word = fc.record({ says: fc.constantFrom("yes" as const, "no" as const), at });
const words = fc.array(word, { maxLength: 8 });
/** Words come one after the other: each a millisecond later than the one before. */
const heard = (said: ConsentWord[]) => said.reduce((consent, one, n) => afterWord(consent, one, NOW + n), NO_WORD_YET);

const yes = (when: ConsentWord["at"]): ConsentWord => ({ says: "yes", at: when });
const no = (when: ConsentWord["at"]): ConsentWord => ({ says: "no", at: when });

describe("the rule of consent", () => {
  it("keeps every no, whatever was said before, also of somebody new", () => {
    fc.assert(
      fc.property(words, at, (said, when) => {
        expect(heard([...said, no(when)]).status).toBe("revoked");
      }),
    );
  });

  it("lets nothing lift a no but a yes with a date that is newer than every no, or one that is said now", () => {
    fc.assert(
      fc.property(words, word, (said, last) => {
        const before = heard(said);
        fc.pre(before.status === "revoked");
        const now = NOW + said.length;
        const nos = said.flatMap((one, n) => {
          if (one.says === "yes") return [];
          return typeof one.at === "number" && one.at <= NOW + n ? [one.at] : [NOW + n];
        });
        const isDated = typeof last.at === "number" && last.at <= now;
        if (afterWord(before, last, now).status === "granted") {
          expect(last.says).toBe("yes");
          expect(last.at === "now" || (isDated && nos.every((noAt) => Number(last.at) > noAt))).toBe(true);
        } else if (last.says === "yes") {
          expect(isDated && Number(last.at) > (before.noAt ?? 0)).toBe(false);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("makes no date up: a consent has one that somebody stated, or none", () => {
    fc.assert(
      fc.property(words, (said) => {
        const { status, yesAt } = heard(said);
        const stated = said.flatMap((one, n) => (one.says === "no" ? [] : one.at === "now" ? [NOW + n] : [one.at]));
        expect([null, ...stated]).toContain(yesAt);
        if (status === "granted") expect(yesAt ?? 0).toBeLessThanOrEqual(NOW + said.length);
      }),
    );
  });

  it("after a no is settled by the newest date, in whatever order the consents are heard", () => {
    const dates = fc.uniqueArray(fc.integer({ min: 1, max: NOW - 1 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(dates, fc.integer({ min: 1, max: NOW - 1 }), (yesDates, noDate) => {
        fc.pre(!yesDates.includes(noDate));
        const newest = Math.max(...yesDates);
        const expected = newest > noDate ? "granted" : "revoked";
        expect(heard([no(noDate), ...yesDates.map(yes)]).status).toBe(expected);
      }),
    );
  });

  it("does not change by hearing a word again", () => {
    fc.assert(
      fc.property(words, word, (said, last) => {
        const once = afterWord(heard(said), last, NOW + said.length);
        expect(afterWord(once, last, NOW + said.length)).toBe(once);
      }),
    );
  });

  it.each<[string, ConsentWord[], Consent]>([
    ["a yes without a date is one without a date", [yes(null)], { status: "granted", yesAt: null, noAt: null }],
    ["a date that has not come is none", [yes(NOW + 1)], { status: "granted", yesAt: null, noAt: null }],
    ["a date that comes later corrects it", [yes(null), yes(100)], { status: "granted", yesAt: 100, noAt: null }],
    ["an older yes brings no proof up to date", [yes(200), yes(100)], { status: "granted", yesAt: 200, noAt: null }],
    ["an undated yes lifts no refusal", [no(null), yes(null)], { status: "revoked", yesAt: null, noAt: NOW }],
    ["nor does an older one", [no(200), yes(100)], { status: "revoked", yesAt: null, noAt: 200 }],
    ["nor one of the same instant", [no(200), yes(200)], { status: "revoked", yesAt: null, noAt: 200 }],
    ["a newer one does", [no(200), yes(300)], { status: "granted", yesAt: 300, noAt: 200 }],
    ["what is said now does", [no("now"), yes("now")], { status: "granted", yesAt: NOW + 1, noAt: NOW }],
    [
      "a second refusal counts from its own date",
      [no(100), no(300), yes(200)],
      { status: "revoked", yesAt: null, noAt: 300 },
    ],
    [
      "a refusal dated before the consent is said now",
      [yes(300), no(100), yes(300)],
      { status: "revoked", yesAt: 300, noAt: NOW + 1 },
    ],
  ])("%s", (_, said, expected) => {
    expect(heard(said)).toEqual(expected);
  });
});

describe("the consent of two contacts that are one person", () => {
  const standing = words.map(heard);

  it("is what either has said while the other has said nothing", () => {
    fc.assert(
      fc.property(standing, (one) => {
        expect(consentOfBoth(one, NO_WORD_YET, NOW + 9)).toEqual(one);
        expect(consentOfBoth(NO_WORD_YET, one, NOW + 9)).toEqual(one);
      }),
    );
  });

  it("is the same whichever is kept", () => {
    fc.assert(
      fc.property(standing, standing, (one, other) => {
        expect(consentOfBoth(one, other, NOW + 9)).toEqual(consentOfBoth(other, one, NOW + 9));
      }),
    );
  });

  it("is a yes only if a dated yes is newer than every no, and forgets no no", () => {
    fc.assert(
      fc.property(standing, standing, (one, other) => {
        const both = consentOfBoth(one, other, NOW + 9);
        const isRefused = one.status === "revoked" || other.status === "revoked";
        const [yesAt, noAt] = [Math.max(one.yesAt ?? 0, other.yesAt ?? 0), Math.max(one.noAt ?? 0, other.noAt ?? 0)];
        if (isRefused) expect(both.status).toBe(yesAt > noAt ? "granted" : "revoked");
        if (both.status !== "unknown") expect(both.noAt ?? 0).toBe(noAt);
      }),
    );
  });

  it("is a no when both were said in the same instant", () => {
    const granted: Consent = { status: "granted", yesAt: 100, noAt: null };
    const revoked: Consent = { status: "revoked", yesAt: null, noAt: 100 };
    expect(consentOfBoth(granted, revoked, NOW).status).toBe("revoked");
    expect(consentOfBoth({ ...granted, yesAt: 101 }, revoked, NOW).status).toBe("granted");
  });
});
