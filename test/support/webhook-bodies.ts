import type { MetaEvent } from "#core/meta/event.ts";
import { readWebhook } from "#core/meta/webhook/read.ts";

/** Bodies in the shapes that Meta documents, all of one WABA and one line. */

export const RECEIVED_AT = Date.UTC(2026, 10, 22, 12);
/** When things happened, in Meta's seconds and in ours. */
export const SECONDS = RECEIVED_AT / 1_000 - 60;
export const AT = SECONDS * 1_000;
export const WABA = "102290129340398";
export const LINE = "106540352242922";
export const CALLBACK = "c:cmp_01JD0000000000000000000000;r:con_01JD0000000000000000000001";

interface Change {
  field: string;
  value: unknown;
}
export const webhookBody = (...changes: Change[]) => ({
  object: "whatsapp_business_account",
  entry: [{ id: WABA, time: SECONDS, changes }],
});
export const read = (...changes: Change[]): MetaEvent[] => readWebhook(webhookBody(...changes), RECEIVED_AT);

export const metadata = { display_phone_number: "551130000000", phone_number_id: LINE };
export const messages = (parts: object): Change => ({
  field: "messages",
  value: { messaging_product: "whatsapp", metadata, ...parts },
});
export const status = (overrides: object = {}) => ({
  id: "wamid.one",
  status: "sent",
  timestamp: String(SECONDS),
  recipient_id: "551187654321",
  biz_opaque_callback_data: CALLBACK,
  ...overrides,
});
export const inbound = (overrides: object) => ({
  from: "5511987654321",
  id: "wamid.in",
  timestamp: String(SECONDS),
  ...overrides,
});
export const readStatuses = (...statuses: unknown[]): MetaEvent[] => read(messages({ statuses }));
export const readInbound = (overrides: object, contacts: unknown[] = []): MetaEvent | undefined =>
  read(messages({ contacts, messages: [inbound(overrides)] }))[0];
