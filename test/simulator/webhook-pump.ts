import type { Settings } from "./env.ts";
import type { DueWebhook, Outbox, Post, ShapePost } from "./outbox.ts";
import { Signer } from "./signature.ts";
import { encodeBody, envelope, type Update } from "./webhook-envelope.ts";
import type { UpdateWriter } from "./webhook-updates.ts";

/** Few connections, so that webhooks never starve the sends they tell of. */
const CONNECTIONS = 4;
/** Updates that fall due within this time travel together when there is load. */
const GATHER_MS = 40;
const ANSWER_TIMEOUT_MS = 15_000;
const FIRST_RETRY_MS = 500;
const SLOWEST_RETRY_MS = 15_000;
const FASTEST_RETRY_MS = 50;

/** Doubling from half a second up to 15 s. Meta's own goes on for days; ours must fit into a test. */
export const retryDelayMs = (attempts: number, timeScale: number): number =>
  Math.max(FASTEST_RETRY_MS, Math.min(SLOWEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1)) * timeScale);

/**
 * Posts what is due until it is answered 200. Holds nothing in memory but the posts on their way; `wake` may be called
 * at any time and as often as one likes.
 */
export class WebhookPump {
  paused = false;
  /** Posts on their way, by id. */
  private readonly busy = new Map<number, Promise<void>>();
  private readonly signer: Signer;
  private readonly told = new Map<number, () => void>();
  private timer: { handle: ReturnType<typeof setTimeout>; atMs: number } | null = null;

  constructor(
    private readonly settings: Settings,
    private readonly outbox: Outbox,
    private readonly writer: UpdateWriter,
  ) {
    this.signer = new Signer(settings.appSecret);
  }

  /** Looks at the outbox at `atMs`, or earlier if that was already planned. */
  wake(atMs: number = Date.now()): void {
    const soonMs = Math.max(atMs, Date.now() + GATHER_MS);
    if (this.timer && this.timer.atMs <= soonMs) return;
    if (this.timer) clearTimeout(this.timer.handle);
    // Timers of a day do not exist in every runtime; an early look costs nothing.
    const waitMs = Math.min(soonMs - Date.now(), 60_000);
    this.timer = { handle: setTimeout(() => this.turn(), waitMs), atMs: soonMs };
  }

  /** Resolves when the first update about the message was answered 200, or after `patienceMs`. */
  async untilTold(seq: number, timeoutMs: number): Promise<void> {
    const told = new Promise<void>((resolve) => this.told.set(seq, resolve));
    await Promise.race([told, new Promise((resolve) => setTimeout(resolve, timeoutMs))]);
    this.told.delete(seq);
  }

  /** Resolves when those that are on their way now have been answered, or not. */
  async untilAnswered(): Promise<void> {
    await Promise.all(this.busy.values());
  }

  private turn(): void {
    this.timer = null;
    if (this.paused) return;
    while (this.busy.size < CONNECTIONS) {
      const post = this.nextPost();
      if (post === "dropped") continue;
      if (!post) break;
      this.busy.set(post.id, this.deliver(post));
    }
    const nextMs = this.outbox.nextDueMs();
    // With every connection taken the next answer wakes us.
    if (nextMs !== null && this.busy.size < CONNECTIONS) this.wake(nextMs);
  }

  private nextPost(): Post | null | "dropped" {
    const nowMs = Date.now();
    // Longer than any answer may take: the lease only matters when this process dies.
    const leaseMs = nowMs + ANSWER_TIMEOUT_MS + SLOWEST_RETRY_MS;
    return (
      this.outbox.takeRetry(nowMs, leaseMs, this.busy) ?? this.outbox.formPost(nowMs, leaseMs, (due) => this.shape(due))
    );
  }

  private shape(due: DueWebhook[]): ReturnType<ShapePost> {
    const updates: Update[] = [];
    const told = due.filter((one) => {
      const update = this.writer.write(one);
      if (update) updates.push(update);
      return update !== null;
    });
    return updates.length ? { body: encodeBody(envelope(updates)), told } : null;
  }

  private async deliver(post: Post): Promise<void> {
    const answered = await this.post(post.body);
    const nowMs = Date.now();
    this.busy.delete(post.id);
    if (answered) {
      this.outbox.done(post, nowMs);
      for (const [seq] of post.refs) this.told.get(seq)?.();
    } else {
      this.outbox.retryAt(post, nowMs + retryDelayMs(post.attempts, this.settings.timeScale));
    }
    this.wake();
  }

  private async post(body: string): Promise<boolean> {
    const bytes = new TextEncoder().encode(body);
    try {
      const response = await fetch(this.settings.webhookUrl, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "user-agent": "facebookexternalua",
          "x-hub-signature-256": await this.signer.sign(bytes),
        },
        body: bytes,
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      });
      await response.body?.cancel();
      return response.status === 200;
    } catch {
      // Nobody listens, or the answer did not come: the same to a sender of webhooks.
      return false;
    }
  }
}
