import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";

/** What is told of messages: nothing, all as it falls due, nothing until further notice, or so many a second. */
export type Telling = { mode: "off" } | { mode: "follow" } | { mode: "hold" } | { mode: "rate"; perSecond: number };

export interface Receiver {
  url: string;
  appSecret: string;
  /** One body holds 1 to this many statuses. */
  mostInABody: number;
}
export interface Told {
  wabaId: string;
  phoneId: string;
  display: string;
  to: string;
  wamid: string;
  callback: string;
}
type Kind = "sent" | "delivered" | "read";

/** Shares that come to 2.6 statuses a message. */
const SHARES: Record<Kind, number> = { sent: 1, delivered: 0.95, read: 0.65 };
/** After the call was accepted, ms: earliest and latest. */
const DELAYS_MS: Record<Kind, [number, number]> = {
  sent: [300, 1_500],
  delivered: [1_000, 5_000],
  read: [3_000, 30_000],
};
const TICK_MS = 50;
const POSTS_AT_A_TIME = 32;
const RETRY_MS = 1_000;

interface Status {
  told: Told;
  kind: Kind;
  /** Seconds. */
  happened: number;
}

/** Posts statuses as Meta does: signed over the raw bytes, again until they are answered 200. */
export class Webhooks {
  telling: Telling = { mode: "off" };
  /** How long each answer took, ms, and when it came, in the order of coming. */
  readonly answers: { ms: number; at: number; statuses: number }[] = [];
  planned = 0;
  /** Statuses that were answered 200. */
  told = 0;
  failures = 0;
  readonly #due = new Map<number, Status[]>();
  #ready: Status[] = [];
  #first = 0;
  #tick = Math.floor(Date.now() / TICK_MS);
  #open = 0;
  #allowance = 0;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: POSTS_AT_A_TIME });
  readonly #receiver: Receiver;
  readonly #random: () => number;

  constructor(receiver: Receiver, random: () => number) {
    this.#receiver = receiver;
    this.#random = random;
    setInterval(() => this.#turn(), TICK_MS);
  }

  /** Plans what is told of an accepted message. */
  plan(told: Told, acceptedMs: number): void {
    if (this.telling.mode === "off") return;
    let after = 0;
    const draw = this.#random();
    for (const kind of ["sent", "delivered", "read"] as const) {
      if (draw >= SHARES[kind]) break;
      const [earliest, latest] = DELAYS_MS[kind];
      after = Math.max(after + TICK_MS, earliest + this.#random() ** 2 * (latest - earliest));
      const tick = Math.ceil((acceptedMs + after) / TICK_MS);
      this.planned += 1;
      const status = { told, kind, happened: Math.floor((acceptedMs + after) / 1_000) };
      const bucket = this.#due.get(tick);
      if (bucket) bucket.push(status);
      else this.#due.set(tick, [status]);
    }
  }

  /** Statuses that fell due and have not been posted, and bodies that have not been answered. */
  get waiting(): { statuses: number; bodies: number } {
    return { statuses: this.#ready.length - this.#first, bodies: this.#open };
  }

  #turn(): void {
    const now = Math.floor(Date.now() / TICK_MS);
    for (; this.#tick <= now; this.#tick += 1) {
      const bucket = this.#due.get(this.#tick);
      if (!bucket) continue;
      for (const status of bucket) this.#ready.push(status);
      this.#due.delete(this.#tick);
    }
    if (this.telling.mode === "rate") {
      // What could not be posted is not caught up with: more than asked for is never told.
      this.#allowance = Math.min(this.telling.perSecond, this.#allowance + (this.telling.perSecond * TICK_MS) / 1_000);
    }
    this.#pump();
  }

  #pump(): void {
    if (this.telling.mode === "hold" || this.telling.mode === "off") return;
    while (this.#open < POSTS_AT_A_TIME) {
      const allowed = this.telling.mode === "rate" ? Math.floor(this.#allowance) : Number.POSITIVE_INFINITY;
      const size = Math.min(
        1 + Math.floor(this.#random() * this.#receiver.mostInABody),
        this.#ready.length - this.#first,
        allowed,
      );
      if (size < 1) break;
      const statuses = this.#ready.slice(this.#first, this.#first + size);
      this.#first += size;
      if (this.telling.mode === "rate") this.#allowance -= size;
      this.#open += 1;
      this.#post(bodyOf(statuses), size);
    }
    if (this.#first < 50_000) return;
    this.#ready = this.#ready.slice(this.#first);
    this.#first = 0;
  }

  #post(body: string, statuses: number): void {
    const startedAt = performance.now();
    const signature = createHmac("sha256", this.#receiver.appSecret).update(body).digest("hex");
    const headers = {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(body),
      "X-Hub-Signature-256": `sha256=${signature}`,
    };
    let ended = false;
    const end = (status: number) => {
      if (ended) return;
      ended = true;
      if (status === 200) {
        this.answers.push({ ms: performance.now() - startedAt, at: Date.now(), statuses });
        this.told += statuses;
        this.#open -= 1;
        this.#pump();
      } else {
        this.failures += 1;
        setTimeout(() => this.#post(body, statuses), RETRY_MS);
      }
    };
    const call = request(this.#receiver.url, { method: "POST", headers, agent: this.#agent }, (response) => {
      response.resume();
      response.once("end", () => end(response.statusCode ?? 0));
      response.once("error", () => end(0));
    });
    call.once("error", () => end(0));
    call.end(body);
  }
}

/** One entry per account and one change per number, as Meta groups them. */
function bodyOf(statuses: Status[]): string {
  const byPhone = Map.groupBy(statuses, ({ told }) => told.phoneId);
  const changes = [...byPhone.values()].map((group) => {
    const [first] = group;
    const metadata = { display_phone_number: first?.told.display, phone_number_id: first?.told.phoneId };
    return {
      field: "messages",
      value: { messaging_product: "whatsapp", metadata, statuses: group.map(statusOf) },
    };
  });
  return JSON.stringify({
    object: "whatsapp_business_account",
    entry: [{ id: statuses[0]?.told.wabaId, changes }],
  });
}

const statusOf = ({ told, kind, happened }: Status) => ({
  id: told.wamid,
  status: kind,
  timestamp: String(happened),
  recipient_id: told.to,
  biz_opaque_callback_data: told.callback,
  pricing: { billable: true, pricing_model: "PMP", category: "utility", type: "regular" },
});
