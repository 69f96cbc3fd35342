import { z } from "zod";
import { until } from "./until.ts";

const message = z.object({
  seq: z.int(),
  atMs: z.number(),
  phoneId: z.string(),
  to: z.string(),
  wamid: z.string(),
  callbackData: z.string().nullable(),
  outcome: z.enum(["failed", "sent", "delivered", "read", "replied"]),
  told: z.record(z.string(), z.number()),
});
export type AcceptedMessage = z.infer<typeof message>;

/** What the webhooks that were answered 200 come to, in the words of a campaign's counts. */
export function toldCounts(messages: AcceptedMessage[]) {
  const count = (is: (told: Record<string, number>) => boolean) => messages.filter(({ told }) => is(told)).length;
  return {
    // Meta leaves `delivered` out when a message is read at once.
    delivered: count((told) => "delivered" in told || "read" in told),
    read: count((told) => "read" in told),
    failed: count((told) => "failed" in told),
    replied: count((told) => "reply" in told),
  };
}

const summary = z.object({
  accepted: z.int(),
  refused: z.int(),
  planned: z.object({ failed: z.int(), sent: z.int(), delivered: z.int(), read: z.int(), replied: z.int() }),
  waiting: z.object({ webhooks: z.int(), posts: z.int() }),
});
const duplicates = z.object({ byCallbackData: z.array(z.unknown()), byRecipient: z.array(z.unknown()) });
const rates = z.object({
  phones: z.array(z.object({ phoneId: z.string(), accepted: z.int(), worstSlidingSecond: z.int() })),
});
const refusals = z.object({ byCode: z.array(z.object({ code: z.int(), count: z.int() })) });

const PAGE = 5_000;
const JSON_BODY = { "Content-Type": "application/json" };

/** The Graph simulator's own record: the truth that the product's answers are compared with. */
export function simulatorAt(graphUrl: string) {
  const ask = async <T>(schema: z.ZodType<T>, path: string, method = "GET", body?: unknown): Promise<T> => {
    const sent = body === undefined ? {} : { headers: JSON_BODY, body: JSON.stringify(body) };
    const response = await fetch(`${graphUrl}/control${path}`, { method, ...sent });
    if (!response.ok) throw new Error(`simulator ${path}: ${response.status} ${await response.text()}`);
    return schema.parse(await response.json());
  };
  return {
    async messages(): Promise<AcceptedMessage[]> {
      const all: AcceptedMessage[] = [];
      for (;;) {
        const after = all.at(-1)?.seq ?? 0;
        const { data } = await ask(z.object({ data: z.array(message) }), `/messages?after=${after}&limit=${PAGE}`);
        all.push(...data);
        if (data.length < PAGE) return all;
      }
    },
    summary: () => ask(summary, "/summary"),
    duplicates: () => ask(duplicates, "/duplicates"),
    rates: () => ask(rates, "/rates"),
    refusals: () => ask(refusals, "/refusals"),
    /** What goes wrong from now on; the shapes stand in the simulator's own README. */
    scenarios: (list: { match: object; fault: object }[]) => ask(z.unknown(), "/scenarios", "PUT", list),
    patchPhone: (id: string, patch: { blocked?: boolean }) => ask(z.unknown(), `/phones/${id}`, "PATCH", patch),
    /** Nothing is told in between. */
    pauseWebhooks: () => ask(z.unknown(), "/webhooks/pause", "POST"),
    resumeWebhooks: () => ask(z.unknown(), "/webhooks/resume", "POST"),
    /** Resolves when every webhook has been answered 200. */
    allTold: () =>
      until(
        "all webhooks are told",
        async () => {
          const { waiting } = await ask(summary, "/summary");
          return waiting.webhooks === 0 && waiting.posts === 0;
        },
        { everyMs: 500 },
      ),
  };
}
export type Simulator = ReturnType<typeof simulatorAt>;
