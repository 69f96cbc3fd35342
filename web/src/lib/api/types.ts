/** The shapes of the API's questions and answers, as its OpenAPI document has them, under names of their own. */
import type { components, paths } from "./schema.d.ts";

type Schemas = components["schemas"];

export type Alert = Schemas["Alert"];
export type Attendance = Schemas["Attendance"];
export type Audience = Schemas["Audience"];
export type Block = Schemas["Block"];
export type BlockImport = Schemas["BlockImport"];
export type AudienceCount = Schemas["AudienceCount"];
export type AudienceFilter = NonNullable<Audience["filter"]>;
export type Campaign = Schemas["Campaign"];
export type CampaignStats = Schemas["CampaignStats"];
export type ConsentEvent = Schemas["ConsentEvent"];
export type Contact = Schemas["Contact"];
export type DeadLetter = Schemas["DeadLetter"];
export type Erasure = Schemas["Erasure"];
export type ExportJob = Schemas["Export"];
export type ImportJob = Schemas["Import"];
export type Line = Schemas["Line"];
export type Lookalike = Schemas["Lookalike"];
export type LiveMessage = Schemas["LiveMessage"];
export type LiveTicket = Schemas["LiveTicket"];
export type Me = Schemas["Me"];
export type Onboarding = Schemas["Onboarding"];
export type PersonalData = Schemas["PersonalData"];
export type Preflight = Schemas["Preflight"];
export type Recipient = Schemas["Recipient"];
export type RecipientDetail = Schemas["RecipientDetail"];
export type Resend = Schemas["Resend"];
export type Segment = Schemas["Segment"];
export type Template = Schemas["Template"];
export type Tenant = Schemas["Tenant"];
export type TenantSettings = Schemas["TenantSettings"];
export type TimelineItem = Schemas["TimelineItem"];
export type UnmatchedEvent = Schemas["UnmatchedEvent"];
export type Wait = Schemas["Wait"];

export type CampaignStatus = Campaign["status"];
export type ConsentStatus = Contact["optIn"]["status"];
export type RecipientStatus = Recipient["status"];
export type PreflightIssue = Preflight["issues"][number];
export type BlockInput = paths["/v1/blocks"]["post"]["requestBody"]["content"]["application/json"];
export type BlockPatch = paths["/v1/blocks/{id}"]["patch"]["requestBody"]["content"]["application/json"];
export type CampaignInput = paths["/v1/campaigns"]["post"]["requestBody"]["content"]["application/json"];
export type ContactPatch = paths["/v1/contacts/{id}"]["patch"]["requestBody"]["content"]["application/json"];
export type DeadLettersRetried =
  paths["/v1/dead-letters/retry"]["post"]["responses"]["200"]["content"]["application/json"];

/** Why rows were left out of an import, or are to be looked at. */
export type ImportReason = ImportJob["rejections"][number];

/** What a problem of the API may be. */
export type ProblemCode = Schemas["Problem"]["code"];

/** RFC 9457 problem details, as the API answers every error; with codes of ours for what it could not answer. */
export type ProblemDetails = Omit<Schemas["Problem"], "code"> & {
  code: ProblemCode | "unreachable" | `http_${number}`;
};
/** `text` says it in the person's language. */
export type Problem = ProblemDetails & { text: string };

/** What stands in the way of deleting something. */
export type Use = NonNullable<ProblemDetails["usedBy"]>[number];

/** One page of a list; `nextCursor` is null on the last. */
export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

/** An answer of the API: its value, or the problem it named. */
export type ApiResult<T> = { ok: true; value: T } | { ok: false; problem: Problem };
