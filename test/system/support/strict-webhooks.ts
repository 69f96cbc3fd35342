import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

export interface WebhookReceiver {
  url: string;
  appSecret: string;
  verifyToken: string;
}
export interface Told {
  wabaId: string;
  phoneNumberId: string;
  displayDigits: string;
}

/** Between two tries, ms. Meta tries for days; here somebody waits. */
const RETRY_MS = 300;

/** Posts webhooks as Meta does: signed over the raw bytes, one update a body, again until they are answered 200. */
export class StrictWebhooks {
  #open = 0;
  readonly #end = new AbortController();

  constructor(private readonly receiver: WebhookReceiver) {}

  /** The handshake of a new callback address. */
  async verify(): Promise<boolean> {
    const url = new URL(this.receiver.url);
    url.search = new URLSearchParams({
      "hub.mode": "subscribe",
      "hub.challenge": "1158201444",
      "hub.verify_token": this.receiver.verifyToken,
    }).toString();
    const response = await fetch(url);
    return response.status === 200 && (await response.text()) === "1158201444";
  }

  /** Updates that have not been answered 200 yet. */
  get waiting(): number {
    return this.#open;
  }

  /** Tells one update after a while. @param value the part of the `messages` field beside its metadata */
  tell({ wabaId, phoneNumberId, displayDigits }: Told, value: object, afterMs: number): void {
    const metadata = { display_phone_number: displayDigits, phone_number_id: phoneNumberId };
    const change = { field: "messages", value: { messaging_product: "whatsapp", metadata, ...value } };
    const body = escaped({ object: "whatsapp_business_account", entry: [{ id: wabaId, changes: [change] }] });
    this.#open += 1;
    void this.#post(body, afterMs);
  }

  close(): void {
    this.#end.abort();
  }

  async #post(body: string, afterMs: number): Promise<void> {
    const { url, appSecret } = this.receiver;
    const signature = createHmac("sha256", appSecret).update(body).digest("hex");
    const headers = { "Content-Type": "application/json", "X-Hub-Signature-256": `sha256=${signature}` };
    const { signal } = this.#end;
    try {
      await sleep(afterMs, undefined, { signal });
      for (;;) {
        const response = await fetch(url, { method: "POST", headers, body, signal }).catch(() => null);
        await response?.arrayBuffer();
        if (response?.status === 200) break;
        await sleep(RETRY_MS, undefined, { signal });
      }
      this.#open -= 1;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

/** Characters beyond ASCII are escaped on the wire, and the signature is of that. */
const escaped = (body: object): string =>
  JSON.stringify(body).replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
