import type { Api } from "$lib/api/client.ts";
import type { Campaign, CampaignStats, LiveTicket } from "$lib/api/types.ts";
import { reconnectDelayMs } from "./backoff.ts";
import { readLiveMessage } from "./message.ts";
import { poll } from "./poll.ts";

/** `polling`: the connection is down for now, figures come by asking. `lost`: asking gets no answer either. */
export type Connection = "connecting" | "live" | "polling" | "lost";

const POLL_MS = 5_000;
/** A line that went dead without a word shows by an unanswered ping. */
const PING_MS = 20_000;
/** One quick reconnect is not worth telling; from the second failure on, figures are asked for. */
const FAILURES_BEFORE_POLLING = 2;

/**
 * One campaign as it goes: status and counts, pushed by the API over a WebSocket. A lost connection is taken up again
 * with a new ticket, and until then the figures are polled, so the page is never silently out of date.
 */
export class CampaignLive {
  status: Campaign["status"];
  statusReason: string | null;
  waiting: Campaign["waiting"];
  counts: Campaign["counts"];
  accounting: CampaignStats["accounting"];
  connection = $state<Connection>("connecting");
  /** Grows with every change, for those who refresh something larger when figures move. */
  version = $state(0);

  readonly #path: { params: { path: { id: string } } };
  readonly #api: Api;
  #socket: WebSocket | null = null;
  #failures = 0;
  #stopped = true;
  #reconnectTimer: ReturnType<typeof setTimeout> | undefined;
  #stopPolling: (() => void) | undefined;
  #pingTimer: ReturnType<typeof setInterval> | undefined;
  #heard = true;

  constructor(campaign: Campaign, stats: CampaignStats, api: Api) {
    this.#path = { params: { path: { id: campaign.id } } };
    this.#api = api;
    this.status = $state(campaign.status);
    this.statusReason = $state(campaign.statusReason);
    this.waiting = $state.raw(campaign.waiting);
    this.counts = $state.raw(stats.counts);
    this.accounting = $state.raw(stats.accounting);
  }

  /** Connects with the ticket that came with the page, or a new one. Returns what ends it. */
  start(ticket: LiveTicket | null): () => void {
    this.#stopped = false;
    const reconnectNow = () => this.#connectSoon(0);
    addEventListener("online", reconnectNow);
    if (ticket) this.#open(ticket);
    else this.#connectSoon(0);
    return () => {
      this.#stopped = true;
      removeEventListener("online", reconnectNow);
      clearTimeout(this.#reconnectTimer);
      this.#stopPolling?.();
      clearInterval(this.#pingTimer);
      this.#socket?.close();
    };
  }

  /** What an action answered, ahead of the next push. */
  adopt(campaign: Campaign): void {
    this.status = campaign.status;
    this.statusReason = campaign.statusReason;
    this.waiting = campaign.waiting;
    this.version += 1;
  }

  #open(ticket: LiveTicket): void {
    let socket: WebSocket;
    try {
      socket = new WebSocket(ticket.url);
    } catch {
      // A browser that refuses the address at once tells it here, and only here.
      this.#lost();
      return;
    }
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#failures = 0;
      this.connection = "live";
      this.#stopPolling?.();
      this.#stopPolling = undefined;
      this.#listenForLife(socket);
    });
    socket.addEventListener("message", (event) => {
      this.#heard = true;
      const message = readLiveMessage(event.data);
      if (!message) return;
      this.status = message.status;
      this.statusReason = message.statusReason;
      this.waiting = message.waiting;
      this.counts = message.counts;
      this.accounting = message.accounting;
      this.version += 1;
    });
    socket.addEventListener("close", () => {
      if (this.#socket === socket) this.#lost();
    });
  }

  #listenForLife(socket: WebSocket): void {
    clearInterval(this.#pingTimer);
    this.#heard = true;
    this.#pingTimer = setInterval(() => {
      if (this.#socket !== socket) return;
      if (!this.#heard) {
        socket.close();
        this.#lost();
        return;
      }
      this.#heard = false;
      socket.send("ping");
    }, PING_MS);
  }

  #lost(): void {
    this.#socket = null;
    clearInterval(this.#pingTimer);
    if (this.#stopped) return;
    this.#failures += 1;
    if (this.#failures < FAILURES_BEFORE_POLLING) this.connection = "connecting";
    else this.#startPolling();
    this.#connectSoon(reconnectDelayMs(this.#failures, Math.random()));
  }

  #connectSoon(delayMs: number): void {
    clearTimeout(this.#reconnectTimer);
    this.#reconnectTimer = setTimeout(() => this.#connect(), delayMs);
  }

  async #connect(): Promise<void> {
    if (this.#stopped || this.#socket) return;
    const ticket = await this.#api.POST("/v1/campaigns/{id}/live-tickets", this.#path);
    if (this.#stopped || this.#socket) return;
    if (ticket.ok) this.#open(ticket.value);
    else this.#lost();
  }

  #startPolling(): void {
    if (this.#stopPolling) return;
    this.#stopPolling = poll(POLL_MS, () => this.#poll());
    void this.#poll();
  }

  async #poll(): Promise<void> {
    const [campaign, stats] = await Promise.all([
      this.#api.GET("/v1/campaigns/{id}", this.#path),
      this.#api.GET("/v1/campaigns/{id}/stats", this.#path),
    ]);
    if (this.#stopped || this.#stopPolling === undefined) return;
    // Figures are said to be refreshed only once some have come.
    if (!campaign.ok || !stats.ok) {
      this.connection = "lost";
      return;
    }
    this.connection = "polling";
    this.counts = stats.value.counts;
    this.accounting = stats.value.accounting;
    this.adopt(campaign.value);
  }
}
