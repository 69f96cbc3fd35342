import type { CampaignSnapshot } from "#contracts/campaign-rpc.ts";
import { ratesOf } from "#core/sending/rates.ts";
import { presentWaits } from "#core/sending/waiting.ts";
import { iso } from "#core/shared/time.ts";

/** Live pages are told at most twice a second. */
const PUSH_MS = 500;

/** The sockets of people who watch a campaign. Hibernation keeps them open while the object sleeps. */
export class LivePages {
  #lastPush = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    readonly ctx: DurableObjectState,
    readonly snapshot: () => CampaignSnapshot | null,
  ) {
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  accept(): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    server.send(this.#message());
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Something changed: push now, or when half a second has passed since the last push. */
  changed(): void {
    if (this.#timer !== null || this.ctx.getWebSockets().length === 0) return;
    const wait = Math.max(0, this.#lastPush + PUSH_MS - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#lastPush = Date.now();
      const message = this.#message();
      for (const socket of this.ctx.getWebSockets()) {
        try {
          socket.send(message);
        } catch {}
      }
    }, wait);
  }

  #message(): string {
    const snapshot = this.snapshot();
    return JSON.stringify({
      type: "counts",
      status: snapshot?.status ?? "draft",
      statusReason: snapshot?.statusReason ?? null,
      waitsUntil: snapshot?.waitsUntil == null ? null : iso(snapshot.waitsUntil),
      waiting: presentWaits(snapshot?.waiting ?? []),
      counts: snapshot?.counts ?? null,
      rates: snapshot && ratesOf(snapshot.counts),
      accounting: snapshot?.accounting ?? null,
      at: new Date().toISOString(),
    });
  }
}
