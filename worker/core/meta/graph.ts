import type { Result } from "#core/shared/result.ts";
import type { MessagingLimit } from "./messaging-limit.ts";
import type { QualityRating } from "./quality.ts";
import type { Template } from "./template.ts";

/** The Graph API as this product sees it. `code` is Meta's, null when the answer was none of theirs. */
export interface GraphFailure {
  kind: "refused" | "unreachable";
  code: number | null;
  /** Scrubbed of numbers and tokens; may be shown to the tenant. */
  detail: string;
}

/** What Meta says of a number; null where it did not. */
export interface PhoneNumberSnapshot {
  displayPhoneNumber: string | null;
  verifiedName: string | null;
  quality: QualityRating | null;
  status: string | null;
  ratePerSecond: number | null;
  /** `TIER_*` as Meta prints it. */
  limitTier: string | null;
  limit: MessagingLimit | null;
  /** What Meta gives as the reason that the number can't send, scrubbed; null when it does not say that. */
  blocked: string | null;
}

export interface RemoteTemplate extends Template {
  metaId: string;
  status: string;
  rejectedReason: string | null;
}

/** A template of a list; null where the list does not say. */
export interface ListedTemplate extends Omit<RemoteTemplate, "category" | "parameterFormat"> {
  category: string | null;
  parameterFormat: Template["parameterFormat"] | null;
}

export interface GraphManagement {
  phoneNumber(token: string, phoneNumberId: string): Promise<Result<PhoneNumberSnapshot, GraphFailure>>;
  /** The business portfolio that owns a WABA; null when the Graph API does not say. */
  portfolioOf(token: string, wabaId: string): Promise<Result<string | null, GraphFailure>>;
  /** Without it Meta sends no webhooks for the WABA. */
  subscribe(token: string, wabaId: string): Promise<Result<void, GraphFailure>>;
  /** All templates of a WABA, all pages. */
  templates(token: string, wabaId: string): Promise<Result<ListedTemplate[], GraphFailure>>;
  createTemplate(
    token: string,
    wabaId: string,
    template: Template,
  ): Promise<Result<{ metaId: string; status: string; category: string }, GraphFailure>>;
}

/** How a POST /messages ended. */
export type SendAnswer =
  /** `metaPacing`: Meta delivers it once it has seen how people take the first messages. */
  | { kind: "accepted"; messageId: string; metaPacing: boolean }
  | { kind: "refused"; httpStatus: number; code: number | null; detail: string }
  /** Surely never left: no connection was made. */
  | { kind: "not_sent"; detail: string }
  /** The answer never came or could not be read: the message may have gone out. */
  | { kind: "lost"; detail: string };

export interface Messenger {
  /**
   * @param body the request as JSON text
   * @param giveUp ends a call that has not been answered in full: its message is unconfirmed
   */
  send(token: string, phoneNumberId: string, body: string, giveUp: AbortSignal): Promise<SendAnswer>;
}
