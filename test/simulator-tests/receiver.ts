import { expect } from "vitest";
import { z } from "zod";
import { eventually } from "../support/eventually.ts";
import type { Fixture } from "./fixture.ts";

const statusSchema = z.looseObject({
  id: z.string(),
  status: z.string(),
  timestamp: z.string(),
  recipient_id: z.string().optional(),
  biz_opaque_callback_data: z.string().optional(),
  pricing: z.looseObject({ category: z.string(), pricing_model: z.string() }).optional(),
  errors: z.array(z.looseObject({ code: z.number() })).optional(),
});
const messageSchema = z.looseObject({
  /** Missing for whoever hides their number. */
  from: z.string().optional(),
  id: z.string(),
  type: z.string(),
  text: z.object({ body: z.string() }).optional(),
  button: z.object({ text: z.string(), payload: z.string() }).optional(),
  context: z.object({ from: z.string(), id: z.string() }).optional(),
});
const envelopeSchema = z.object({
  object: z.literal("whatsapp_business_account"),
  entry: z.array(
    z.object({
      id: z.string(),
      time: z.number().optional(),
      changes: z.array(
        z.object({
          field: z.string(),
          value: z.looseObject({
            metadata: z.object({ display_phone_number: z.string(), phone_number_id: z.string() }).optional(),
            statuses: z.array(statusSchema).optional(),
            messages: z.array(messageSchema).optional(),
          }),
        }),
      ),
    }),
  ),
});

/** An HTTP status, or no answer at all. */
type Answer = number | "silence";

export interface Received {
  raw: string;
  signature: string;
  answer: Answer;
  envelope: z.infer<typeof envelopeSchema>;
}

const receivers: Receiver[] = [];

/**
 * Takes the place of fetch: each webhook goes to the receiver of its fixture, and 200 answers those nobody asked for, so
 * that no test reaches a network. Called once per test file, by its setup.
 */
export function installReceivers(): void {
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const raw = await request.text();
    const receiver = receivers.find((candidate) => raw.includes(`"${candidate.fixture.wabaId}"`));
    return receiver?.take(raw, request.headers.get("x-hub-signature-256") ?? "") ?? new Response(null, { status: 200 });
  };
}

/** Receives the webhooks of one fixture. `answers` are the HTTP statuses it gives in turn, the last one from then on. */
export class Receiver {
  readonly posts: Received[] = [];

  constructor(
    readonly fixture: Fixture,
    private readonly answers: Answer[] = [200],
  ) {
    receivers.push(this);
  }

  async take(raw: string, signature: string): Promise<Response> {
    const answer = this.answers[Math.min(this.posts.length, this.answers.length - 1)] ?? 200;
    this.posts.push({ raw, signature, answer, envelope: envelopeSchema.parse(JSON.parse(raw)) });
    return answer === "silence" ? new Promise<Response>(() => {}) : new Response(null, { status: answer });
  }

  /** Everything that was answered 200, change by change. */
  private changes() {
    return this.posts
      .filter((post) => post.answer === 200)
      .flatMap((post) => post.envelope.entry.flatMap((entry) => entry.changes));
  }
  statuses() {
    return this.changes().flatMap((change) => change.value.statuses ?? []);
  }
  messages() {
    return this.changes().flatMap((change) => change.value.messages ?? []);
  }
  fields(name: string) {
    return this.changes()
      .filter((change) => change.field === name)
      .map((change) => change.value);
  }

  /** Resolves once it holds. Looks instead of being told: webhooks arrive in the object's own context, not the test's. */
  async until(holds: (receiver: Receiver) => boolean): Promise<void> {
    await eventually(() => expect(holds(this)).toBe(true));
  }

  /** Resolves when the simulator has nothing more to tell. */
  async untilQuiet(): Promise<void> {
    await eventually(async () => expect(await this.fixture.waiting()).toBe(0));
  }
}
