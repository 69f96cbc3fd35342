import { ulid } from "ulid";
import { type Identity, makeIdentity } from "#adapters/auth/identity.ts";
import { sha256Hex } from "#adapters/crypto/hash.ts";
import { type HashPerson, makePersonHash } from "#adapters/crypto/person-hash.ts";
import { makeSealer, type Sealer } from "#adapters/crypto/seal.ts";
import { attendanceStore } from "#adapters/d1/audience/attendances.ts";
import { audienceStore } from "#adapters/d1/audience/audiences.ts";
import { blockStore } from "#adapters/d1/audience/blocks.ts";
import { contactStore } from "#adapters/d1/audience/contacts.ts";
import { erasureStore } from "#adapters/d1/audience/erasures.ts";
import { personalDataStore } from "#adapters/d1/audience/personal-data.ts";
import { segmentStore } from "#adapters/d1/audience/segments.ts";
import { timelineStore } from "#adapters/d1/audience/timeline.ts";
import { campaignStore } from "#adapters/d1/campaigns/campaigns.ts";
import { contactSendStore } from "#adapters/d1/campaigns/contact-sends.ts";
import { apiKeyStore } from "#adapters/d1/identity/api-keys.ts";
import { tenantStore } from "#adapters/d1/identity/tenants.ts";
import { importStore } from "#adapters/d1/imports/imports.ts";
import { idempotencyStore } from "#adapters/d1/integrations/idempotency.ts";
import { lineStore } from "#adapters/d1/lines/lines.ts";
import { alertStore } from "#adapters/d1/operations/alerts.ts";
import { auditStore } from "#adapters/d1/operations/audit.ts";
import { deadLetterStore } from "#adapters/d1/operations/dead-letters.ts";
import { platformStore } from "#adapters/d1/operations/platform.ts";
import { retentionStore } from "#adapters/d1/operations/retention.ts";
import { sealedTextStore } from "#adapters/d1/operations/sealed-texts.ts";
import { unmatchedEventStore } from "#adapters/d1/operations/unmatched-events.ts";
import { exportStore } from "#adapters/d1/reports/exports.ts";
import { templateStore } from "#adapters/d1/templates/templates.ts";
import { type TenantDb, tenantDb } from "#adapters/d1/tenant-db.ts";
import { makeGraphManagement } from "#adapters/meta/management.ts";
import { makeMessenger } from "#adapters/meta/messenger.ts";
import { makeQueues, type Queues } from "#adapters/queues/queues.ts";
import { type Files, makeFiles } from "#adapters/r2/files.ts";
import type { CampaignRpc } from "#contracts/campaign-rpc.ts";
import type { PortfolioRpc } from "#contracts/portfolio-rpc.ts";
import { actorOf, type Caller, type Principal } from "#core/identity/principal.ts";
import type { GraphManagement, Messenger } from "#core/meta/graph.ts";
import type { Env } from "./env.ts";

/** Objects never move: each is made beside D1 and Meta, in North America's east, wherever its first caller happens to be. */
const HOME = { locationHint: "enam" } as const;
const campaignObject = ({ CAMPAIGNS }: Pick<Env, "CAMPAIGNS">, campaignId: string) =>
  CAMPAIGNS.get(CAMPAIGNS.idFromName(campaignId), HOME);
const portfolioObject = ({ PORTFOLIOS }: Pick<Env, "PORTFOLIOS">, portfolioId: string) =>
  PORTFOLIOS.get(PORTFOLIOS.idFromName(portfolioId), HOME);

/** A tenant's catalogue: every query in here begins with the tenant. A store is made when it is asked for: most calls use one. */
class Catalogue {
  constructor(private readonly db: TenantDb) {}
  get alerts() {
    return alertStore(this.db);
  }
  get apiKeys() {
    return apiKeyStore(this.db);
  }
  get attendances() {
    return attendanceStore(this.db);
  }
  get audiences() {
    return audienceStore(this.db);
  }
  get audit() {
    return auditStore(this.db);
  }
  get blocks() {
    return blockStore(this.db);
  }
  get campaigns() {
    return campaignStore(this.db);
  }
  get contactSends() {
    return contactSendStore(this.db);
  }
  get contacts() {
    return contactStore(this.db);
  }
  get deadLetters() {
    return deadLetterStore(this.db);
  }
  get erasures() {
    return erasureStore(this.db);
  }
  get exports() {
    return exportStore(this.db);
  }
  get imports() {
    return importStore(this.db);
  }
  get lines() {
    return lineStore(this.db);
  }
  get personalData() {
    return personalDataStore(this.db);
  }
  get retention() {
    return retentionStore(this.db);
  }
  get segments() {
    return segmentStore(this.db);
  }
  get templates() {
    return templateStore(this.db);
  }
  get tenant() {
    return tenantStore(this.db);
  }
  get timeline() {
    return timelineStore(this.db);
  }
  get unmatchedEvents() {
    return unmatchedEventStore(this.db);
  }
}
export type TenantStore = { readonly [Name in keyof Catalogue]: Catalogue[Name] };

/** What entry points may use: which adapter stands behind which name. */
export interface Deps {
  now(): number;
  random(): number;
  newId(prefix: string): string;
  hash(text: string): Promise<string>;
  store(tenantId: string): TenantStore;
  idempotency(tenantId: string): ReturnType<typeof idempotencyStore>;
  /** Sealed texts of the tenant, opened: dead letters and stored answers. */
  sealedTexts(tenantId: string): ReturnType<typeof sealedTextStore>;
  /** A person's number or id, as it is kept after everything else of them was erased. */
  hashPerson: HashPerson;
  /** Questions that no tenant asks: whose number is this, what should be active, dead letters. */
  platform: ReturnType<typeof platformStore>;
  identity: Identity;
  identify(token: string): Promise<Principal | null>;
  audit(by: Caller, action: string, subject: string, detail?: Record<string, unknown>): Promise<void>;
  sealer: Sealer;
  graph: GraphManagement;
  messenger: Messenger;
  campaign(campaignId: string): CampaignRpc;
  /** A campaign's live socket: the answer to a request to upgrade. */
  liveSocket(campaignId: string, request: Request): Promise<Response>;
  portfolio(portfolioId: string): PortfolioRpc;
  files: Files;
  queues: Queues;
}

/**
 * Made for each request, batch and object: what waits for a place among six calls belongs to one invocation, and the
 * runtime refuses promises of another. Costly parts are kept elsewhere (`ormOf`) or made when first used.
 */
export function makeDeps(env: Env): Deps {
  const sealer = makeSealer(env.CREDENTIALS_KEY);
  const graphSettings = { baseUrl: env.META_GRAPH_URL, version: env.META_GRAPH_VERSION };
  const platform = platformStore(env, sealer);
  const identity = makeIdentity(env);
  const newId = (prefix: string) => `${prefix}_${ulid()}`;
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    newId,
    hash: sha256Hex,
    store: (tenantId) => new Catalogue(tenantDb(env, tenantId)),
    idempotency: (tenantId) => idempotencyStore(tenantDb(env, tenantId), sealer),
    sealedTexts: (tenantId) => sealedTextStore(tenantDb(env, tenantId), sealer),
    hashPerson: makePersonHash(env.CREDENTIALS_KEY),
    platform,
    identity,
    identify: (token) => identity.identify(token),
    async audit({ principal, requestId }, action, subject, detail) {
      const entry = {
        id: newId("log"),
        actor: actorOf(principal),
        action,
        subject,
        detail,
        requestId,
      };
      await auditStore(tenantDb(env, principal.tenantId)).record({ ...entry, at: Date.now() });
    },
    sealer,
    graph: makeGraphManagement(graphSettings),
    messenger: makeMessenger(graphSettings),
    campaign: (campaignId) => campaignObject(env, campaignId) as unknown as CampaignRpc,
    liveSocket: (campaignId, request) => campaignObject(env, campaignId).fetch(request),
    portfolio: (portfolioId) => portfolioObject(env, portfolioId) as unknown as PortfolioRpc,
    files: makeFiles(env.FILES),
    queues: makeQueues(env),
  };
}
