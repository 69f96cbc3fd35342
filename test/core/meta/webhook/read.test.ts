import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readWebhook } from "#core/meta/webhook/read.ts";
import {
  AT,
  CALLBACK,
  inbound,
  LINE,
  messages,
  RECEIVED_AT,
  read,
  readInbound,
  readStatuses,
  SECONDS,
  status,
  WABA,
  webhookBody,
} from "../../../support/webhook-bodies.ts";

describe("several updates at once", () => {
  it("are all read, across entries, changes and lists, in the order they came", () => {
    const mixed = messages({
      statuses: [status(), status({ id: "wamid.two", status: "delivered" })],
      messages: [inbound({ type: "text", text: { body: "oi" } })],
      errors: [{ code: 130429, title: "Rate limit hit", error_data: { details: "slow down" } }],
    });
    const events = readWebhook(
      {
        object: "whatsapp_business_account",
        entry: [
          { id: WABA, changes: [mixed, { field: "flows", value: {} }] },
          { id: WABA, time: SECONDS, changes: [mixed] },
        ],
      },
      RECEIVED_AT,
    );
    const kinds = ["status", "status", "inbound", "line_error"];
    expect(events.map(({ kind }) => kind)).toEqual([...kinds, "ignored", ...kinds]);
    expect(events[8]).toEqual({
      kind: "line_error",
      phoneNumberId: LINE,
      code: 130429,
      title: "Rate limit hit",
      detail: "slow down",
      at: AT,
    });
    expect(events[3]).toMatchObject({ at: RECEIVED_AT });
  });

  it("do not fall with a bad one among them, wherever it stands", () => {
    const junk = fc.anything({ withNullPrototype: false });
    const among = <T>(good: T) =>
      fc.tuple(fc.array(junk, { maxLength: 3 }), fc.array(junk, { maxLength: 3 })).map(([a, b]) => [...a, good, ...b]);
    const whole = fc
      .tuple(among(status()), among(inbound({ type: "text", text: { body: "oi" } })))
      .chain(([statuses, inbounds]) => among(messages({ statuses, messages: inbounds })))
      .chain((changes) => among({ id: WABA, changes }))
      .map((entry) => ({ object: "whatsapp_business_account", entry }));
    fc.assert(
      fc.property(whole, (webhook) => {
        const events = readWebhook(webhook, RECEIVED_AT);
        expect(events).toContainEqual(readStatuses(status())[0]);
        expect(events).toContainEqual(readInbound({ type: "text", text: { body: "oi" } }));
      }),
    );
  });

  it("keep what is known when optional fields are of the wrong kind", () => {
    const junk = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.constant([]), fc.constant({}));
    const odd = fc.record({
      recipient_id: fc.oneof(fc.boolean(), fc.constant(null), fc.constant([])),
      recipient_type: junk,
      conversation: junk,
      pricing: junk,
      errors: junk,
      something_new: fc.anything(),
    });
    fc.assert(
      fc.property(odd, (fields) => {
        expect(readStatuses(status(fields))).toMatchObject([
          { kind: "status", status: "sent", messageId: "wamid.one", callback: CALLBACK, at: AT },
        ]);
      }),
    );
  });

  it("never break the reader, whatever is posted", () => {
    const fields = fc.constantFrom(
      "messages",
      "user_preferences",
      "message_template_status_update",
      "message_template_quality_update",
      "template_category_update",
      "phone_number_quality_update",
      "phone_number_name_update",
      "business_capability_update",
      "account_update",
      "toString",
      "__proto__",
    );
    const change = fc.record({ field: fields, value: fc.anything() });
    const anyBody = fc.oneof(
      fc.anything(),
      fc.array(change).map((changes) => webhookBody(...changes)),
    );
    fc.assert(
      fc.property(anyBody, (webhook) => {
        for (const event of readWebhook(webhook, RECEIVED_AT)) {
          expect(JSON.parse(JSON.stringify(event))).toEqual(event);
        }
      }),
    );
  });

  it.each([undefined, null, "", [], { object: "page", entry: [] }, { entry: [] }])(
    "are looked for only in WhatsApp's own bodies, not in %j",
    (webhook) => {
      expect(readWebhook(webhook, RECEIVED_AT)).toEqual([{ kind: "ignored", field: "unreadable" }]);
    },
  );

  it.each([{ metadata: {} }, { metadata: null }, {}, null])("are ignored when they name no line: %j", (value) => {
    expect(read({ field: "messages", value })).toEqual([{ kind: "ignored", field: "messages" }]);
  });

  it("are counted under their field when it is none of ours", () => {
    expect(read({ field: "account_alerts", value: { entity_type: "WABA" } })).toEqual([
      { kind: "ignored", field: "account_alerts" },
    ]);
  });
});
