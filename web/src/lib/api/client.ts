import { call, type Send, withQuery } from "./call.ts";
import type {
  Alert,
  Audience,
  Campaign,
  CampaignInput,
  CampaignStats,
  Contact,
  DeadLetter,
  DeadLettersRetried,
  ExportJob,
  Line,
  LiveTicket,
  Me,
  Page,
  PinnedOutcome,
  Preflight,
  Recipient,
  RecipientDetail,
  Resend,
  Segment,
  SignedIn,
  Template,
  Tenant,
  TenantPatch,
  UnmatchedEvent,
} from "./types.ts";

type Query = Record<string, string | number | null | undefined>;
export type CampaignAction = "launch" | "pause" | "resume" | "cancel";

/** The API's routes that the application uses, the same on the server and in the browser. */
export function createApi(send: Send) {
  const get = <T>(path: string, query: Query = {}) => call<T>(send, { method: "GET", path: withQuery(path, query) });
  const post = <T>(path: string, body?: unknown, idempotencyKey?: string) =>
    call<T>(send, { method: "POST", path, body, ...(idempotencyKey ? { idempotencyKey } : {}) });

  return {
    signIn: (email: string, password: string) => post<SignedIn>("/auth/sign-in/email", { email, password }),
    signOut: () => post<unknown>("/auth/sign-out", {}),
    me: () => get<Me>("/v1/me"),
    updateTenant: (patch: TenantPatch) => call<Tenant>(send, { method: "PATCH", path: "/v1/tenant", body: patch }),

    segments: () => get<Page<Segment>>("/v1/segments", { limit: 200 }),
    audiences: (segmentId: string) => get<Page<Audience>>("/v1/audiences", { segmentId, limit: 200 }),
    lines: (segmentId?: string) => get<Page<Line>>("/v1/lines", { segmentId, limit: 200 }),
    templates: (query: Query) => get<Page<Template>>("/v1/templates", { limit: 200, ...query }),
    template: (id: string) => get<Template>(`/v1/templates/${id}`),
    contacts: (query: Query) => get<Page<Contact>>("/v1/contacts", query),

    campaigns: (query: Query) => get<Page<Campaign>>("/v1/campaigns", query),
    campaign: (id: string) => get<Campaign>(`/v1/campaigns/${id}`),
    createCampaign: (input: CampaignInput, idempotencyKey: string) =>
      call<Campaign>(send, { method: "POST", path: "/v1/campaigns", body: input, idempotencyKey, outlivesPage: true }),
    updateCampaign: (id: string, input: CampaignInput) =>
      call<Campaign>(send, { method: "PATCH", path: `/v1/campaigns/${id}`, body: input, outlivesPage: true }),
    deleteCampaign: (id: string) => call<unknown>(send, { method: "DELETE", path: `/v1/campaigns/${id}` }),
    /** Of a very large audience each request counts a part; this asks until all are counted. */
    async preflight(id: string) {
      const path = `/v1/campaigns/${id}/preflight`;
      let answer = await post<Preflight>(path);
      while (answer.ok && answer.value.nextCursor !== null) {
        answer = await post<Preflight>(`${path}?cursor=${encodeURIComponent(answer.value.nextCursor)}`);
      }
      return answer;
    },
    act: (id: string, action: CampaignAction) => post<Campaign>(`/v1/campaigns/${id}/${action}`),
    stats: (id: string) => get<CampaignStats>(`/v1/campaigns/${id}/stats`),
    recipients: (id: string, query: Query) => get<Page<Recipient>>(`/v1/campaigns/${id}/recipients`, query),
    recipient: (id: string, contactId: string) => get<RecipientDetail>(`/v1/campaigns/${id}/recipients/${contactId}`),
    /** Whoever calls this knows that some may get the message twice. @param contactIds null for all in doubt */
    resend: (id: string, contactIds: string[] | null, idempotencyKey: string) =>
      post<Resend>(
        `/v1/campaigns/${id}/resend`,
        { acknowledgeDuplicates: true, ...(contactIds ? { contactIds } : {}) },
        idempotencyKey,
      ),
    /** @param lineId whose people; left out: those of every line that can't send */
    endPinnedWaits: (id: string, how: "move" | "fail", lineId?: string) =>
      post<PinnedOutcome>(`/v1/campaigns/${id}/waiting/pinned_line_blocked/${how}`, lineId ? { lineId } : {}),
    resumeLine: (id: string) => post<Line>(`/v1/lines/${id}/resume`),
    liveTicket: (id: string) => post<LiveTicket>(`/v1/campaigns/${id}/live-tickets`),

    createExport: (campaignId: string, idempotencyKey: string) =>
      post<ExportJob>(`/v1/campaigns/${campaignId}/exports`, {}, idempotencyKey),
    export: (id: string) => get<ExportJob>(`/v1/exports/${id}`),

    alerts: (query: Query) => get<Page<Alert>>("/v1/alerts", query),
    acknowledgeAlert: (id: string) => post<Alert>(`/v1/alerts/${id}/acknowledge`),

    deadLetters: (query: Query) => get<Page<DeadLetter>>("/v1/dead-letters", query),
    retryDeadLetter: (id: string) => post<DeadLetter>(`/v1/dead-letters/${id}/retry`),
    retryDeadLetters: () => post<DeadLettersRetried>("/v1/dead-letters/retry"),
    discardDeadLetter: (id: string) => post<DeadLetter>(`/v1/dead-letters/${id}/discard`),
    unmatchedEvents: (query: Query) => get<Page<UnmatchedEvent>>("/v1/unmatched-events", query),
  };
}

export type Api = ReturnType<typeof createApi>;
