import { describe, expect, it } from "vitest";
import { metaEvent } from "#core/meta/event-schema.ts";
import { AT, read, SECONDS, WABA } from "../../../support/webhook-bodies.ts";

describe("news about templates", () => {
  const template = {
    message_template_id: 1234567890123456,
    message_template_name: "pedido_pronto",
    message_template_language: "pt-BR",
  };
  const ref = { wabaId: WABA, metaTemplateId: "1234567890123456", name: "pedido_pronto", language: "pt_BR", at: AT };

  it.each([
    [{ event: "APPROVED", reason: "NONE" }, "APPROVED", null],
    [{ event: "APPROVED", reason: null }, "APPROVED", null],
    [{ event: "REJECTED", reason: "INVALID_FORMAT" }, "REJECTED", "INVALID_FORMAT"],
    [{ event: "REJECTED", reason: "NONE", rejection_info: { reason: "Too many" } }, "REJECTED", "Too many"],
    [
      { event: "PAUSED", reason: null, other_info: { title: "FIRST_PAUSE", description: "3 h" } },
      "PAUSED",
      "FIRST_PAUSE",
    ],
    [{ event: "DISABLED", disable_info: { disable_date: "2026" } }, "DISABLED", null],
    [{ event: "pending_deletion" }, "PENDING_DELETION", null],
  ])("tell the status in %j", (value, event, reason) => {
    expect(read({ field: "message_template_status_update", value: { ...template, ...value } })).toEqual([
      { kind: "template_status", ...ref, event, reason },
    ]);
  });

  it("tell the quality", () => {
    const value = { ...template, previous_quality_score: "GREEN", new_quality_score: "YELLOW" };
    expect(read({ field: "message_template_quality_update", value })).toEqual([
      { kind: "template_quality", ...ref, quality: "YELLOW", previousQuality: "GREEN" },
    ]);
  });

  it("tell a category that has changed from one that will", () => {
    const done = { ...template, previous_category: "UTILITY", new_category: "MARKETING" };
    const ahead = {
      ...template,
      new_category: "UTILITY",
      correct_category: "MARKETING",
      category_update_timestamp: String(SECONDS + 86_400),
    };
    expect(read({ field: "template_category_update", value: done })).toEqual([
      {
        kind: "template_category",
        ...ref,
        category: "MARKETING",
        previousCategory: "UTILITY",
        comingCategory: null,
        comingAt: null,
      },
    ]);
    expect(read({ field: "template_category_update", value: ahead })).toEqual([
      {
        kind: "template_category",
        ...ref,
        category: "UTILITY",
        previousCategory: null,
        comingCategory: "MARKETING",
        comingAt: AT + 86_400_000,
      },
    ]);
  });

  it.each([
    ["en_US", "en_US"],
    ["en-US", "en_US"],
    ["en_us", "en_US"],
    ["pt-br", "pt_BR"],
    ["es", "es"],
    ["fil", "fil"],
  ])("name the language %s as %s", (written, language) => {
    const value = { ...template, message_template_language: written, event: "APPROVED" };
    expect(read({ field: "message_template_status_update", value })).toMatchObject([{ language }]);
  });
});

describe("news about lines and accounts", () => {
  it.each([
    [{ current_limit: "TIER_2K" }, "TIER_2K"],
    [{ current_limit: "TIER_1K", max_daily_conversations_per_business: "TIER_2K" }, "TIER_2K"],
    [{ max_daily_conversations_per_business: 2000 }, "2000"],
    [{ max_daily_conversations_per_business: -1 }, "-1"],
    [{}, null],
  ])("tell a number's event with the limit in %j", (limits, currentLimit) => {
    const value = { display_phone_number: "+55 11 3000-0000", event: "THROUGHPUT_UPGRADE", ...limits };
    expect(read({ field: "phone_number_quality_update", value })).toEqual([
      {
        kind: "phone_quality",
        wabaId: WABA,
        digits: "551130000000",
        event: "THROUGHPUT_UPGRADE",
        currentLimit,
        at: AT,
      },
    ]);
  });

  it("tell a decision on a number's name", () => {
    const value = {
      display_phone_number: "551130000000",
      decision: "REJECTED",
      requested_verified_name: "Loja",
      rejection_reason: "NAME_EMPLOYEE",
    };
    expect(read({ field: "phone_number_name_update", value })).toEqual([
      {
        kind: "phone_name",
        wabaId: WABA,
        digits: "551130000000",
        decision: "REJECTED",
        name: "Loja",
        reason: "NAME_EMPLOYEE",
        at: AT,
      },
    ]);
  });

  it.each([
    [2000, 2_000],
    ["TIER_100K", 100_000],
    [-1, "unlimited"],
    ["TIER_NOT_SET", null],
    [undefined, null],
  ])("tell the account's limit when Meta writes %j", (written, limit) => {
    const value = { max_daily_conversations_per_business: written, max_phone_numbers_per_waba: 25 };
    expect(read({ field: "business_capability_update", value })).toEqual([
      { kind: "capability", wabaId: WABA, limit, at: AT },
    ]);
  });

  const account = (value: object) => read({ field: "account_update", value })[0];

  it("tell restrictions, with their end when they have one", () => {
    const restriction_info = [
      { restriction_type: "RESTRICTED_BIZ_INITIATED_MESSAGING", expiration: SECONDS + 3_600 },
      null,
      { restriction_type: "RESTRICTED_ADD_PHONE_NUMBER_ACTION" },
    ];
    expect(account({ event: "ACCOUNT_RESTRICTION", restriction_info })).toEqual({
      kind: "account",
      wabaId: WABA,
      event: "ACCOUNT_RESTRICTION",
      restrictions: [
        { type: "RESTRICTED_BIZ_INITIATED_MESSAGING", expiresAt: AT + 3_600_000 },
        { type: "RESTRICTED_ADD_PHONE_NUMBER_ACTION", expiresAt: null },
      ],
      banState: null,
      banDate: null,
      violation: null,
      at: AT,
    });
  });

  it("are still understood when they waited on a queue since before bans had a day", () => {
    const { banDate: _, ...before } = { ...account({ event: "ACCOUNT_VIOLATION" }), banDate: null };
    expect(metaEvent.parse(before)).toEqual({ ...before, banDate: null });
  });

  it.each([0, -1, 1e300, "never"])("leave the end of a cooldownriction open when it is given as %j", (expiration) => {
    const restriction_info = [{ restriction_type: "RESTRICTED_UTILITY_TEMPLATES", expiration }];
    expect(account({ event: "ACCOUNT_RESTRICTION", restriction_info })).toMatchObject({
      restrictions: [{ type: "RESTRICTED_UTILITY_TEMPLATES", expiresAt: null }],
    });
  });

  it("tell bans and violations", () => {
    expect(
      account({ event: "DISABLED_UPDATE", ban_info: { waba_ban_state: "DISABLE", waba_ban_date: "x" } }),
    ).toMatchObject({
      event: "DISABLED_UPDATE",
      banState: "DISABLE",
      banDate: "x",
    });
    expect(account({ event: "ACCOUNT_VIOLATION", violation_info: { violation_type: "SCAM" } })).toMatchObject({
      violation: "SCAM",
    });
  });

  it("take the account's id from inside where the entry is the business's", () => {
    expect(account({ event: "PARTNER_REMOVED", waba_info: { waba_id: "77", owner_business_id: "5" } })).toMatchObject({
      wabaId: "77",
    });
  });
});
