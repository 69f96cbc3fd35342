import { CampaignObject as Campaign } from "#durable/campaign/object.ts";
import { PortfolioObject as Portfolio } from "#durable/portfolio/object.ts";
import type { Env } from "#env.ts";
import product from "../../../worker/index.ts";
import { count, countCalls, countDeliveries, counted, countingEnv, countingState } from "./counters.ts";

/** Where a bench reads what was counted, in front of the product's own entry points. */
const COUNTS_PATH = "/bench/counts";

/** The product as it is, with what the platform bills counted. */
export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === COUNTS_PATH) return Response.json(counted());
    count(pathname === "/webhooks/meta" ? "worker-requests.webhooks" : "worker-requests.api");
    return product.fetch(request, countingEnv(env), ctx);
  },

  queue(batch, env, ctx) {
    count(`worker-requests.${batch.queue.replace(/-\d+$/, "")}`);
    countDeliveries(batch);
    return product.queue(batch, countingEnv(env), ctx);
  },

  scheduled(controller, env) {
    count("worker-requests.cron");
    return product.scheduled(controller, countingEnv(env));
  },
} satisfies ExportedHandler<Env, unknown>;

export class CampaignObject extends Campaign {
  constructor(ctx: DurableObjectState, env: Env) {
    super(countingState(ctx, "campaign"), countingEnv(env));
  }
}
countCalls(CampaignObject.prototype, Campaign.prototype, "campaign");

export class PortfolioObject extends Portfolio {
  constructor(ctx: DurableObjectState, env: Env) {
    super(countingState(ctx, "portfolio"), countingEnv(env));
  }
}
countCalls(PortfolioObject.prototype, Portfolio.prototype, "portfolio");
