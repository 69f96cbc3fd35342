import { z } from "zod";
import { CampaignObject as Campaign } from "#durable/campaign/object.ts";
import type { Env } from "#env.ts";
import product from "../../../worker/index.ts";
import { intercept, isSendQueue, withBindings } from "./intercept.ts";

export { PortfolioObject } from "../../../worker/index.ts";

/** Where a bench sets the degradation, in front of the product's own entry points. */
const DEGRADATION_PATH = "/bench/degradation";
const LOOK_MS = 50;

const degradationSchema = z.object({
  /** Of the time that consumers of sends would have: at 1 they are not degraded, at 0 none of them runs. */
  consumers: z.number().min(0).max(1).default(1),
  /** Messages put on a queue of sends from now on come so much later. */
  queueDelaySeconds: z.int().min(0).default(0),
});

/** Module state, on purpose: the Worker and its objects share one isolate in a local run. */
let degradation = degradationSchema.parse({});

/** The product as it is, with stalls and delays that a local run does not have. */
export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname !== DEGRADATION_PATH) return product.fetch(request, env, ctx);
    degradation = degradationSchema.parse(await request.json());
    return new Response(null, { status: 204 });
  },

  async queue(batch, env, ctx) {
    if (!isSendQueue(batch.queue)) return product.queue(batch, env, ctx);
    while (degradation.consumers === 0) await scheduler.wait(LOOK_MS);
    const startedAt = Date.now();
    await product.queue(batch, env, ctx);
    // A local queue hands out the next batch when this one is done: the rest of the time goes by before that.
    const endsAt = startedAt + (Date.now() - startedAt) / Math.max(degradation.consumers, 0.001);
    while (degradation.consumers < 1 && Date.now() < endsAt) await scheduler.wait(LOOK_MS);
  },

  scheduled: (controller, env) => product.scheduled(controller, env),
} satisfies ExportedHandler<Env, unknown>;

export class CampaignObject extends Campaign {
  constructor(ctx: DurableObjectState, env: Env) {
    super(
      ctx,
      withBindings(env, (name, binding) => (isSendQueue(name) ? late(binding) : binding)),
    );
  }
}

function late(queue: object): object {
  const delayed = (call: (args?: unknown[]) => unknown, [what, options]: unknown[]) =>
    degradation.queueDelaySeconds === 0
      ? call()
      : call([what, { ...(options as object), delaySeconds: degradation.queueDelaySeconds }]);
  return intercept(queue, { send: delayed, sendBatch: delayed });
}
