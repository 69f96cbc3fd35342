import { queueKind } from "#core/shared/queues.ts";
import type { Env } from "#env.ts";
import product from "../../worker/index.ts";
import { arm, between, plainFetch } from "./checkpoints.ts";

export { FromWeb } from "../../worker/index.ts";
export { WatchedCampaign as CampaignObject } from "./campaign-object.ts";
export { WatchedPortfolio as PortfolioObject } from "./portfolio-object.ts";

/** Where the driver arms points, in front of the product's own entry points. */
const ARM_PATH = "/faults/points";

/**
 * The product as it is, with checkpoints between its steps at which a driver may kill the process. Nothing of this is
 * in the product: its objects are subclassed, its entry points and its calls to the Graph API wrapped.
 */
export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === ARM_PATH) {
      arm(await request.json());
      return new Response(null, { status: 204 });
    }
    const serve = async () => product.fetch(request, env, ctx);
    return request.method === "POST" && pathname === "/webhooks/meta" ? between("webhook", serve) : serve();
  },

  /** After a batch all is done but the acknowledgement, which counts only once this has returned. */
  queue(batch, env, ctx) {
    return between(queueKind(batch.queue), () => product.queue(batch, env, ctx));
  },

  scheduled(controller, env) {
    return product.scheduled(controller, env);
  },
} satisfies ExportedHandler<Env, unknown>;

globalThis.fetch = (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  const call = () => plainFetch(input, init);
  return url.endsWith("/messages") ? between("graph", call) : call();
};
