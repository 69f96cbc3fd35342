import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCallbackData, encodeCallbackData } from "../../worker/core/callback-data.ts";

const ulid = fc.string({ unit: fc.constantFrom(..."0123456789ABCDEFGHJKMNPQRSTVWXYZ"), minLength: 26, maxLength: 26 });
const data = fc.record({
  campaignId: ulid.map((id) => `cmp_${id}`),
  contactId: ulid.map((id) => `con_${id}`),
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
      `c:${campaign};r:${contact.slice(0, -1)}`,
      `c:${campaign};r:${contact}0`,
      `c:${campaign}`,
      `r:${contact}`,
      `c:${campaign.toLowerCase()};r:${contact}`.replace("cmp_0", "cmp_a"),
    ]) {
      expect(decodeCallbackData(text), text).toBeNull();
    }
  });
});
