import type { CampaignRpc } from "#contracts/campaign-rpc.ts";
import type { PortfolioRpc } from "#contracts/portfolio-rpc.ts";
import type { JobMessage, MetaEventsMessage, SendMessage } from "#contracts/queue-messages.ts";

/** Objects of one class, as what may be asked of them. */
type ObjectsOf<Contract> = DurableObjectNamespace<Contract & Rpc.DurableObjectBranded>;

/** Bindings and variables of the API Worker; wrangler.toml says why each is there. */
export interface Env {
  DB: D1Database;
  FILES: R2Bucket;
  CAMPAIGNS: ObjectsOf<CampaignRpc>;
  PORTFOLIOS: ObjectsOf<PortfolioRpc>;
  /** As many as wrangler.toml binds, counted from 0. */
  [sends: `SENDS_${number}`]: Queue<SendMessage> | undefined;
  META_EVENTS: Queue<MetaEventsMessage>;
  /** More of them, counted from 1, where one queue takes too few webhooks a second. */
  [events: `META_EVENTS_${number}`]: Queue<MetaEventsMessage> | undefined;
  JOBS: Queue<JobMessage>;
  API_RATE: RateLimit;
  META_GRAPH_URL: string;
  META_GRAPH_VERSION: string;
  META_APP_SECRET: string;
  META_VERIFY_TOKEN: string;
  /** 32 bytes, base64: encrypts line access tokens and stored answers at rest. */
  CREDENTIALS_KEY: string;
  /** Signs sessions and live tickets. */
  SESSION_SECRET: string;
  WEB_URL: string;
  /** Where browsers and integrators reach this Worker: links in answers, the live connection. */
  API_PUBLIC_URL: string;
}
