import { WorkerEntrypoint } from "cloudflare:workers";
import type { JobMessage, SendMessage } from "#contracts/queue-messages.ts";
import { queueKind } from "#core/shared/queues.ts";
import { makeApp } from "#http/app.ts";
import { countDeadSends, keepDeadLetters } from "#queue/dead-letters/consumer.ts";
import { consumeJobs } from "#queue/jobs/consumer.ts";
import { consumeEvents } from "#queue/meta-events/consumer.ts";
import { consumeSends } from "#queue/sends/consumer.ts";
import { indexOlderContacts } from "#services/audience/contact-words.ts";
import { requeueStalledErasures } from "#services/audience/erasure-job.ts";
import { endIdleAttendances } from "#services/audience/idle-attendances.ts";
import { forgetUnused } from "#services/imports/control-import.ts";
import { requeueStalled } from "#services/imports/import-job.ts";
import { keepRetention } from "#services/operations/retention.ts";
import { requeueStalledExports } from "#services/reports/export-job.ts";
import { wakeCampaigns } from "#services/sending/wake-campaigns.ts";
import { makeDeps } from "./deps.ts";
import type { Env } from "./env.ts";
import { logFailure } from "./log.ts";

export { CampaignObject } from "#durable/campaign/object.ts";
export { PortfolioObject } from "#durable/portfolio/object.ts";

const app = makeApp(makeDeps);

/** The web application's entry point: named, so that only a service binding leads here, never an address. */
export class FromWeb extends WorkerEntrypoint<Env> {
  override fetch(request: Request): Response | Promise<Response> {
    return app.fetch(request, { ...this.env, FROM_WEB: true }, this.ctx);
  }
}

export default {
  fetch: app.fetch,

  async queue(batch, env, ctx) {
    const deps = makeDeps(env);
    switch (queueKind(batch.queue)) {
      case "sends":
        return consumeSends(batch as MessageBatch<SendMessage>, deps, (work) => ctx.waitUntil(work));
      case "meta-events":
        return consumeEvents(batch, deps);
      case "jobs":
        return consumeJobs(batch as MessageBatch<JobMessage>, deps);
      case "sends-dead":
        return countDeadSends(batch);
      default:
        return keepDeadLetters(batch, deps);
    }
  },

  /** Each minute; one sweeper that fails, or takes long, must not keep the others from running. */
  async scheduled(_controller, env) {
    const deps = makeDeps(env);
    const sweepers = {
      wakeCampaigns: () => wakeCampaigns(deps),
      imports: () => requeueStalled(deps, deps.now()),
      attendances: () => endIdleAttendances(deps),
      unusedImports: () => forgetUnused(deps),
      exports: () => requeueStalledExports(deps, deps.now()),
      retention: () => keepRetention(deps),
      erasures: () => requeueStalledErasures(deps, deps.now()),
      contactWords: () => indexOlderContacts(deps),
    };
    await Promise.all(
      Object.entries(sweepers).map(([name, sweeper]) =>
        sweeper().catch((error: unknown) => logFailure("sweeper_failed", error, { name })),
      ),
    );
  },
} satisfies ExportedHandler<Env, unknown>;
