import type { D1Migration } from "@cloudflare/vitest-pool-workers";
import type { CampaignObject } from "#durable/campaign/object.ts";
import type { PortfolioObject } from "#durable/portfolio/object.ts";
import type { Env as WorkerEnv } from "#env.ts";

declare global {
  namespace Cloudflare {
    interface GlobalProps {
      mainModule: typeof import("../../worker/index.ts");
    }
    interface Env extends Omit<WorkerEnv, "CAMPAIGNS" | "PORTFOLIOS"> {
      // Tests look inside the objects too.
      CAMPAIGNS: DurableObjectNamespace<CampaignObject>;
      PORTFOLIOS: DurableObjectNamespace<PortfolioObject>;
      TEST_MIGRATIONS: D1Migration[];
    }
  }
}
