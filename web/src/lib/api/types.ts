/**
 * The shapes of the API's questions and answers, inferred from the schemas it validates with.
 * Types only: nothing of the API runs in the web application.
 */
import type { z } from "zod";
import type { campaignStatus, recipientStatus } from "$api/campaigns.ts";
import type { tenantPatch } from "$api/catalogue.ts";
import type { problem } from "$api/common.ts";

export type {
  Campaign,
  CampaignInput,
  CampaignStats,
  ExportJob,
  LiveMessage,
  PinnedOutcome,
  Preflight,
  PreflightIssue,
  Recipient,
  RecipientDetail,
  Resend,
  Wait,
} from "$api/campaigns.ts";
export type {
  Alert,
  Audience,
  Contact,
  DeadLetter,
  DeadLettersRetried,
  Line,
  Me,
  Segment,
  Template,
  Tenant,
  UnmatchedEvent,
} from "$api/catalogue.ts";

export type CampaignStatus = z.infer<typeof campaignStatus>;
export type RecipientStatus = z.infer<typeof recipientStatus>;

export type TenantPatch = z.infer<typeof tenantPatch>;
export type TenantSettings = NonNullable<TenantPatch["settings"]>;

/** RFC 9457 problem details, as the API answers every error. */
export type Problem = z.infer<typeof problem>;

/** Where a live connection may be opened, once, until it expires. */
export interface LiveTicket {
  ticket: string;
  url: string;
  expiresAt: string;
}

/** What signing in answers. */
export interface SignedIn {
  token: string;
  user: { id: string; name: string; email: string };
}

/** One page of a list; `nextCursor` is null on the last. */
export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

/** An answer of the API: its value, or the problem it named. */
export type ApiResult<T> = { ok: true; value: T } | { ok: false; problem: Problem };
