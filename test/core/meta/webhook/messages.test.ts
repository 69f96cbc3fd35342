import { describe, expect, it } from "vitest";
import { NO_CODE } from "#core/meta/error-rules.ts";
import type { MetaEvent } from "#core/meta/event.ts";
import {
  AT,
  CALLBACK,
  inbound,
  LINE,
  messages,
  metadata,
  RECEIVED_AT,
  read,
  readInbound,
  readStatuses,
  SECONDS,
  status,
} from "../../../support/webhook-bodies.ts";

describe("statuses of our messages", () => {
  it("come with line, message, callback, person and time", () => {
    expect(readStatuses(status())).toEqual<MetaEvent[]>([
      {
        kind: "status",
        phoneNumberId: LINE,
        status: "sent",
        messageId: "wamid.one",
        recipientPhone: "+5511987654321",
        callback: CALLBACK,
        at: AT,
        error: null,
        pricing: null,
      },
    ]);
  });

  it("take the time as text or as a number, and ids as either", () => {
    expect(readStatuses(status({ timestamp: SECONDS }))).toEqual(readStatuses(status()));
    expect(readStatuses(status({ recipient_id: 551187654321 }))).toEqual(readStatuses(status()));
  });

  it.each([undefined, null, "", "soon", 0, -5, "99999999999999", 1e300, {}])(
    "count as now when the time is %j",
    (timestamp) => {
      expect(readStatuses(status({ timestamp }))).toMatchObject([{ at: RECEIVED_AT }]);
    },
  );

  it("need no phone: a user may hide it", () => {
    const [event] = readStatuses(status({ recipient_id: undefined, recipient_user_id: "BR.1a2B3c4D5e6F" }));
    expect(event).toMatchObject({ kind: "status", recipientPhone: null, callback: CALLBACK });
    expect(readStatuses(status({ recipient_id: "BR.1a2B3c4D5e6F" }))).toMatchObject([{ recipientPhone: null }]);
    expect(readStatuses(status({ recipient_id: "5511987654321", recipient_type: "group" }))).toMatchObject([
      { recipientPhone: null },
    ]);
  });

  it("need no callback data: other systems send from the same number", () => {
    expect(readStatuses(status({ biz_opaque_callback_data: undefined }))).toMatchObject([
      { kind: "status", callback: null },
    ]);
  });

  it("explain a failure, without the phone that Meta may print in it", () => {
    const errors = [
      {
        code: 131026,
        title: "Message undeliverable",
        message: "Message undeliverable",
        error_data: { details: "Unable to deliver message to 5511987654321." },
        href: "https://developers.facebook.com/",
      },
    ];
    expect(readStatuses(status({ status: "failed", errors }))).toMatchObject([
      {
        status: "failed",
        error: {
          code: 131026,
          title: "Message undeliverable",
          detail: "Unable to deliver message to [number].",
        },
      },
    ]);
  });

  it.each([
    [[{ code: 131049, title: "Capped" }], { code: 131049, title: "Capped", detail: "Capped" }],
    [[{ code: "131049" }], { code: 131049, title: "", detail: "" }],
    [[null, "odd", { title: "no code" }, { code: 131049 }], { code: 131049, title: "", detail: "" }],
    [[{ code: 131049, title: 5, error_data: "odd" }], { code: 131049, title: "", detail: "" }],
    [[], { code: NO_CODE, title: "", detail: "" }],
    [undefined, { code: NO_CODE, title: "", detail: "" }],
    ["odd", { code: NO_CODE, title: "", detail: "" }],
  ])("say that a message failed even when the errors are %j", (errors, error) => {
    expect(readStatuses(status({ status: "failed", errors }))).toMatchObject([{ status: "failed", error }]);
  });

  it.each([
    [{ billable: true, pricing_model: "PMP", type: "regular", category: "marketing" }, true, "marketing"],
    [
      { billable: false, pricing_model: "PMP", type: "free_entry_point", category: "marketing_lite" },
      false,
      "marketing_lite",
    ],
    [{ billable: true, pricing_model: "PMP", type: "free_customer_service", category: "utility" }, false, "utility"],
    [{ billable: true, pricing_model: "CBP", category: "marketing" }, true, "marketing"],
    [{ category: "service" }, null, "service"],
    [{ type: "regular" }, true, null],
  ])("tell what is charged from %j", (pricing, charged, category) => {
    expect(readStatuses(status({ pricing }))).toMatchObject([{ pricing: { charged, category } }]);
  });

  it.each(["played", "deleted", "warning", "", undefined, 4])("of an unknown kind (%j) change nothing", (word) => {
    expect(readStatuses(status({ status: word }), status())).toMatchObject([{ kind: "ignored" }, { kind: "status" }]);
  });

  it("pass over conversation objects of either age", () => {
    const conversation = { id: "9c0f", expiration_timestamp: 1_795_440_000, origin: { type: "marketing" } };
    expect(readStatuses(status({ conversation }))).toEqual(readStatuses(status()));
  });
});

describe("messages from people", () => {
  it("come with who, when and what", () => {
    const contacts = [{ profile: { name: "Ana" }, wa_id: "551187654321", user_id: "BR.1a2B3c4D5e6F" }];
    expect(readInbound({ type: "text", text: { body: "PARAR" } }, contacts)).toEqual<MetaEvent>({
      kind: "inbound",
      phoneNumberId: LINE,
      phone: "+5511987654321",
      userId: "BR.1a2B3c4D5e6F",
      messageId: "wamid.in",
      at: AT,
      type: "text",
      text: "PARAR",
      payload: null,
      contextId: null,
    });
  });

  it.each<[string, object, object]>([
    [
      "a template's quick reply",
      { type: "button", button: { payload: "STOP_42", text: "Parar" }, context: { from: "55", id: "wamid.one" } },
      { text: "Parar", payload: "STOP_42", contextId: "wamid.one" },
    ],
    [
      "a quick reply without context",
      { type: "button", button: { payload: "STOP_42", text: "Parar" } },
      { text: "Parar", payload: "STOP_42", contextId: null },
    ],
    [
      "an interactive button",
      { type: "interactive", interactive: { type: "button_reply", button_reply: { id: "b1", title: "Sim" } } },
      { text: "Sim", payload: "b1" },
    ],
    [
      "a row of a list",
      { type: "interactive", interactive: { type: "list_reply", list_reply: { id: "r1", title: "Segunda via" } } },
      { text: "Segunda via", payload: "r1" },
    ],
    [
      "a form, valid or not",
      {
        type: "interactive",
        interactive: { type: "nfm_reply", nfm_reply: { name: "flow", body: "Sent", response_json: "{" } },
      },
      { text: "Sent", payload: null },
    ],
    [
      "a reaction",
      { type: "reaction", reaction: { message_id: "wamid.one", emoji: "👍" } },
      { text: "👍", contextId: "wamid.one" },
    ],
    [
      "a picture with words",
      { type: "image", image: { id: "1", mime_type: "image/jpeg", sha256: "x", caption: "veja" } },
      { text: "veja" },
    ],
    ["a voice note", { type: "audio", audio: { id: "1", voice: true } }, { type: "audio", text: null }],
    [
      "a kind that the API can't show",
      { type: "unsupported", errors: [{ code: 131051, title: "Unsupported" }] },
      { type: "unsupported", text: null },
    ],
    [
      "a forwarded text",
      { type: "text", text: { body: "oi" }, context: { forwarded: true } },
      { text: "oi", contextId: null },
    ],
    [
      "a text that came from an ad",
      { type: "text", text: { body: "oi" }, referral: { source_type: "ad", source_id: "1" } },
      { text: "oi" },
    ],
    [
      "an edited text",
      {
        type: "edit",
        edit: {
          original_message_id: "wamid.0",
          message: { type: "text", text: { body: "PARAR" }, context: { id: "wamid.one" } },
        },
      },
      { text: "PARAR", contextId: "wamid.one" },
    ],
    ["no type at all", { text: { body: "oi" } }, { type: "unknown", text: "oi" }],
  ])("are understood as %s", (_, message, expected) => {
    expect(readInbound(message)).toMatchObject({ kind: "inbound", phone: "+5511987654321", ...expected });
  });

  it.each<[string, object]>([
    ["another phone in use", { type: "system", system: { type: "customer_identity_changed", body: "changed" } }],
    [
      "a changed user id without the one before",
      { type: "system", system: { type: "user_changed_user_id", user_id: "BR.2" } },
    ],
    ["what is said in a group", { type: "text", text: { body: "bom dia" }, group_id: "120363000000000077" }],
    [
      "a number that changed in a group",
      { type: "system", system: { type: "user_changed_number", wa_id: "5511987650000" }, group_id: "1" },
    ],
    ["an opened chat", { type: "request_welcome" }],
    ["a message taken back", { type: "revoke", revoke: { original_message_id: "wamid.0" } }],
    ["a reaction taken back", { type: "reaction", reaction: { message_id: "wamid.one", emoji: "" } }],
    ["a reaction taken back without a word", { type: "reaction", reaction: { message_id: "wamid.one" } }],
  ])("do not include %s: nobody wrote", (_, message) => {
    expect(readInbound(message)).toMatchObject({ kind: "ignored" });
  });

  it.each([
    [{ type: "user_changed_number", body: "changed", wa_id: "551187650000", user_id: "BR.2" }, "+5511987650000"],
    [{ type: "customer_changed_number", new_wa_id: "551187650000" }, "+5511987650000"],
    [{ type: "user_changed_number", body: "changed" }, null],
  ])("tell that somebody has another number: %j", (system, newPhone) => {
    const expected = { kind: "number_changed", phoneNumberId: LINE, phone: "+5511987654321", newPhone, at: AT };
    expect(readInbound({ type: "system", system })).toEqual(expected);
  });

  it("tell that Meta knows somebody by another id, with a new number or without", () => {
    const ids = { user_id: "BR.2", previous_user_id: "BR.1" };
    const changedId = { kind: "user_id_changed", phoneNumberId: LINE, previousUserId: "BR.1", userId: "BR.2", at: AT };
    const told = (message: object) => read(messages({ messages: [inbound(message)] }));
    expect(told({ from: undefined, type: "system", system: { type: "user_changed_user_id", ...ids } })).toEqual([
      changedId,
    ]);
    expect(told({ type: "system", system: { type: "user_changed_number", wa_id: "551187650000", ...ids } })).toEqual([
      { kind: "number_changed", phoneNumberId: LINE, phone: "+5511987654321", newPhone: "+5511987650000", at: AT },
      changedId,
    ]);
  });

  it("may come from a person without a phone", () => {
    const contacts = [{ profile: { name: "Ana", username: "ana" }, user_id: "BR.1a2B3c4D5e6F" }];
    const nameless = { from: undefined, type: "text", text: { body: "oi" } };
    expect(readInbound({ ...nameless, from_user_id: "BR.1a2B3c4D5e6F" }, contacts)).toMatchObject({
      phone: null,
      userId: "BR.1a2B3c4D5e6F",
    });
    expect(readInbound(nameless, contacts)).toMatchObject({ phone: null, userId: "BR.1a2B3c4D5e6F" });
    expect(readInbound({ ...nameless, from: "BR.1a2B3c4D5e6F" })).toMatchObject({
      phone: null,
      userId: "BR.1a2B3c4D5e6F",
    });
    expect(readInbound(nameless)).toMatchObject({ kind: "inbound", phone: null, userId: null });
  });

  it("are each matched with their own sender's card", () => {
    const contacts = [
      { wa_id: "5521911112222", user_id: "BR.rio11111" },
      "odd",
      { wa_id: "551187654321", user_id: "BR.sp22222" },
    ];
    expect(readInbound({ type: "text", text: { body: "oi" } }, contacts)).toMatchObject({ userId: "BR.sp22222" });
    expect(readInbound({ type: "text", text: { body: "oi" } }, contacts.slice(0, 1))).toMatchObject({ userId: null });
  });
});

describe("people's preferences", () => {
  const preferences = (...user_preferences: unknown[]) => withCards([], ...user_preferences);
  const withCards = (contacts: unknown[], ...user_preferences: unknown[]) => {
    const value = { messaging_product: "whatsapp", metadata, contacts, user_preferences };
    return read({ field: "user_preferences", value });
  };
  const stop = { wa_id: "551187654321", category: "marketing_messages", value: "stop", timestamp: SECONDS };

  it.each(["stop", "resume"])("are heard when they %s marketing", (value) => {
    expect(preferences({ ...stop, value, detail: "User requested" })).toEqual([
      { kind: "preference", phoneNumberId: LINE, phone: "+5511987654321", userId: null, value, at: AT },
    ]);
  });

  it("are heard from people without a phone", () => {
    expect(preferences({ ...stop, wa_id: undefined, user_id: "BR.1a2B3c4D5e6F" })).toMatchObject([
      { kind: "preference", phone: null, userId: "BR.1a2B3c4D5e6F" },
    ]);
  });

  it("have the number of the contact card that is theirs, and of no other", () => {
    const by = (user_id: string) => ({ ...stop, wa_id: undefined, user_id });
    const cards = [
      { wa_id: "551187650002", user_id: "BR.2" },
      { wa_id: "551187650001", user_id: "BR.1" },
    ];
    expect(withCards(cards, by("BR.1"), by("BR.2"), by("BR.3"))).toMatchObject([
      { phone: "+5511987650001", userId: "BR.1" },
      { phone: "+5511987650002", userId: "BR.2" },
      { phone: null, userId: "BR.3" },
    ]);
    expect(withCards([{ wa_id: "551187650001" }], by("BR.1"))).toMatchObject([{ phone: "+5511987650001" }]);
    expect(withCards([{ wa_id: "551187650002", user_id: "BR.2" }], by("BR.1"))).toMatchObject([{ phone: null }]);
  });

  it.each([
    { ...stop, value: "signup", signup_id: "1" },
    { ...stop, category: "calls" },
    { ...stop, wa_id: undefined },
    null,
  ])("are not guessed from %j, and the next one is still heard", (odd) => {
    expect(preferences(odd, stop)).toMatchObject([{ kind: "ignored" }, { kind: "preference", value: "stop" }]);
  });
});
