import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCallbackData, encodeCallbackData } from "#core/meta/callback-data.ts";

/** Ids are opaque: an import's contacts have longer ones, with lower-case digits. */
const rest = fc.string({
  unit: fc.constantFrom(..."0123456789ABCDEFGHJKMNPQRSTVWXYZabcdef"),
  minLength: 1,
  maxLength: 60,
});
const data = fc.record({
  campaignId: rest.map((id) => `cmp_${id}`),
  contactId: rest.map((id) => `con_${id}`),
});

describe("callback data", () => {
  it("comes back as it was sent, and no longer than Meta's 512 characters", () => {
    fc.assert(
      fc.property(data, (sent) => {
        const text = encodeCallbackData(sent);
        expect(text.length).toBeLessThanOrEqual(512);
        expect(decodeCallbackData(text)).toEqual(sent);
      }),
    );
  });

  it("takes whatever other systems send from the same number for not ours", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(decodeCallbackData(text)).toBeNull();
      }),
    );
    expect(decodeCallbackData(null)).toBeNull();
    expect(decodeCallbackData(undefined)).toBeNull();
    expect(decodeCallbackData("")).toBeNull();
  });

  it("refuses ours with anything missing, added or in the wrong place", () => {
    const campaign = `cmp_${"0".repeat(26)}`;
    const contact = `con_${"0".repeat(26)}`;
    expect(decodeCallbackData(`c:${campaign};r:${contact}`)).not.toBeNull();
    for (const text of [
      `c:${contact};r:${campaign}`,
      `c:${campaign};r:${contact} `,
      `c:${campaign};r:${contact}\n`,
      ` c:${campaign};r:${contact}`,
      `c:${campaign}`,
      `r:${contact}`,
      `c:${campaign};r:con_`,
      `c:${campaign};r:${contact}${"0".repeat(60)}`,
    ]) {
      expect(decodeCallbackData(text), text).toBeNull();
    }
  });
});
