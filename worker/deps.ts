import { ulid } from "ulid";
import { type Identity, makeIdentity } from "#adapters/auth/identity.ts";
import { sha256Hex } from "#adapters/crypto/hash.ts";
import { makeSealer, type Sealer } from "#adapters/crypto/seal.ts";
import { attendanceStore } from "#adapters/d1/audience/attendances.ts";
import { audienceStore } from "#adapters/d1/audience/audiences.ts";
import { contactStore } from "#adapters/d1/audience/contacts.ts";
import { segmentStore } from "#adapters/d1/audience/segments.ts";
import { campaignStore } from "#adapters/d1/campaigns/campaigns.ts";
import { apiKeyStore } from "#adapters/d1/identity/api-keys.ts";
import { tenantStore } from "#adapters/d1/identity/tenants.ts";
import { importStore } from "#adapters/d1/imports/imports.ts";
import { idempotencyStore } from "#adapters/d1/integrations/idempotency.ts";
import { lineStore } from "#adapters/d1/lines/lines.ts";
import { alertStore } from "#adapters/d1/operations/alerts.ts";
import { auditStore } from "#adapters/d1/operations/audit.ts";
import { deadLetterStore } from "#adapters/d1/operations/dead-letters.ts";
import { platformStore } from "#adapters/d1/operations/platform.ts";
import { unmatchedEventStore } from "#adapters/d1/operations/unmatched-events.ts";
import { exportStore } from "#adapters/d1/reports/exports.ts";
import { templateStore } from "#adapters/d1/templates/templates.ts";
import { tenantDb } from "#adapters/d1/tenant-db.ts";
import { makeGraphManagement } from "#adapters/meta/management.ts";
import { makeMessenger } from "#adapters/meta/messenger.ts";
import { enqueueEvents } from "#adapters/queues/event-queues.ts";
import { enqueueSends } from "#adapters/queues/send-queues.ts";
import type { CampaignRpc } from "#contracts/campaign-rpc.ts";
import type { PortfolioRpc } from "#contracts/portfolio-rpc.ts";
import type { MetaEventsMessage, SendMessage } from "#contracts/queue-messages.ts";
import type { GraphManagement, Messenger } from "#core/meta/graph.ts";
import type { Principal } from "#http/kit/context.ts";
import type { Env } from "./env.ts";

/** Objects never move: each is made beside D1 and Meta, in North America's east, wherever its first caller happens to be. */
const HOME = { locationHint: "enam" } as const;
export const campaignObject = ({ CAMPAIGNS }: Pick<Env, "CAMPAIGNS">, campaignId: string) =>
  CAMPAIGNS.get(CAMPAIGNS.idFromName(campaignId), HOME);
const portfolioObject = ({ PORTFOLIOS }: Pick<Env, "PORTFOLIOS">, portfolioId: string) =>
  PORTFOLIOS.get(PORTFOLIOS.idFromName(portfolioId), HOME);

/** A tenant's catalogue: every query in here begins with the tenant. */
function openStore(env: Env, tenantId: string) {
  const db = tenantDb(env, tenantId);
  return {
    alerts: alertStore(db),
    apiKeys: apiKeyStore(db),
    attendances: attendanceStore(db),
    audiences: audienceStore(db),
    audit: auditStore(db),
    campaigns: campaignStore(db),
    contacts: contactStore(db),
    deadLetters: deadLetterStore(db),
    exports: exportStore(db),
    imports: importStore(db),
    lines: lineStore(db),
    segments: segmentStore(db),
    templates: templateStore(db),
    tenant: tenantStore(db),
    unmatchedEvents: unmatchedEventStore(db),
  };
}
export type TenantStore = ReturnType<typeof openStore>;

/** What entry points may use: which adapter stands behind which name. */
export interface Deps {
  now(): number;
  random(): number;
  newId(prefix: string): string;
  hash(text: string): Promise<string>;
  store(tenantId: string): TenantStore;
  idempotency(tenantId: string): ReturnType<typeof idempotencyStore>;
  /** Questions that no tenant asks: whose number is this, what should be active, dead letters. */
  platform: ReturnType<typeof platformStore>;
  identity: Identity;
  identify(token: string): Promise<Principal | null>;
  audit(
    who: { principal: Principal; requestId: string },
    action: string,
    subject: string,
    detail?: Record<string, unknown>,
  ): Promise<void>;
  sealer: Sealer;
  graph: GraphManagement;
  messenger: Messenger;
  campaign(campaignId: string): CampaignRpc;
  portfolio(portfolioId: string): PortfolioRpc;
  /** Puts messages on the send queues; those that follow each other in batches of a consumer. */
  enqueueSends(messages: SendMessage[]): Promise<void>;
  /** Puts a webhook's events on a queue; at most 100 messages and 256,000 bytes. */
  enqueueEvents(messages: MetaEventsMessage[]): Promise<void>;
  /** Results of sends that their campaign could not be told at once. */
  settleLater(message: Extract<MetaEventsMessage, { kind: "settlements" }>): Promise<void>;
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
    store: (tenantId) => openStore(env, tenantId),
    idempotency: (tenantId) => idempotencyStore(tenantDb(env, tenantId), sealer),
    platform,
    identity,
    identify: (token) => identity.identify(token),
    async audit({ principal, requestId }, action, subject, detail) {
      const entry = {
        id: newId("log"),
        actor: `${principal.kind}:${principal.id}`,
        action,
        subject,
        detail,
        requestId,
      };
      await openStore(env, principal.tenantId).audit.record({ ...entry, at: Date.now() });
    },
    sealer,
    graph: makeGraphManagement(graphSettings),
    messenger: makeMessenger(graphSettings),
    campaign: (campaignId) => campaignObject(env, campaignId) as unknown as CampaignRpc,
    portfolio: (portfolioId) => portfolioObject(env, portfolioId) as unknown as PortfolioRpc,
    enqueueSends: (messages) => enqueueSends(env, messages),
    enqueueEvents: (messages) => enqueueEvents(env, messages),
    settleLater: async (message) => void (await env.META_EVENTS.send(message)),
  };
}
