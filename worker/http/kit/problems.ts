import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { FailureCode } from "#core/sending/failures.ts";

export interface ProblemKind {
  status: ContentfulStatusCode;
  title: string;
  /** What it means and what to do, for the reader of /docs. */
  advice: string;
}
const kind = (status: ContentfulStatusCode, title: string, advice: string): ProblemKind => ({ status, title, advice });

/** Every code a problem may bear: the source of answers and of the list at /docs, which `type` points to. */
export const PROBLEMS: Record<FailureCode, ProblemKind> = {
  unauthenticated: kind(
    401,
    "Sign in or send an API key",
    "No credentials came along, or they are wrong, expired or revoked. Send `Authorization: Bearer <API key>`.",
  ),
  forbidden: kind(
    403,
    "Not allowed",
    "The key or person is known but lacks the scope that `detail` names. Use another key, or ask an admin of the tenant.",
  ),
  not_found: kind(
    404,
    "Not found",
    "There is no such address, or no such thing in this tenant. Check the id; ids of other tenants are answered the same way.",
  ),
  invalid_request: kind(
    400,
    "The request is not valid",
    "A field is missing, unknown or out of range, or the body could not be read. `errors` lists each with its path; mend them and send again.",
  ),
  invalid_cursor: kind(
    400,
    "Not a cursor of this list",
    "Take `nextCursor` of the page before and keep all filters as they were. To begin anew, leave `cursor` out.",
  ),
  conflict: kind(
    409,
    "Already exists",
    "Something with this name or number is there already. Use it, or choose another.",
  ),
  idempotency_conflict: kind(
    409,
    "Idempotency key used with another request",
    "This `Idempotency-Key` came with another body or address in the last 24 hours. Use a new key for a new request.",
  ),
  idempotency_in_progress: kind(
    409,
    "The first request with this key is still running",
    "Send the same request again after `Retry-After` seconds: it gets the first one's answer.",
  ),
  rate_limited: kind(429, "Too many requests", "Wait for `Retry-After` seconds, then go on more slowly."),
  payload_too_large: kind(413, "Too large", "The body is larger than this address takes. Split it."),
  too_many_waves: kind(
    422,
    "Too many waves",
    "A campaign has at most 1,000 waves, so `pacing.percent` is at least 0.1. Choose larger waves.",
  ),
  start_too_far: kind(
    422,
    "The start is too far ahead",
    "`startAt` is at most two years from now. Check the year, or leave it out and launch when the time comes.",
  ),
  campaign_not_editable: kind(
    409,
    "The campaign can no longer be changed",
    "Only drafts can be changed or deleted. Create a new campaign instead.",
  ),
  campaign_not_launchable: kind(
    409,
    "The campaign can't be launched",
    "It has been launched already or is over. Read the campaign for its status.",
  ),
  campaign_not_pausable: kind(
    409,
    "The campaign can't be paused",
    "Only a campaign under way can be paused. Read its status.",
  ),
  campaign_not_resumable: kind(
    409,
    "The campaign can't be resumed",
    "Only a paused campaign can be resumed. Read its status.",
  ),
  campaign_not_cancellable: kind(409, "The campaign can't be cancelled", "It is over already, or was never launched."),
  campaign_not_resendable: kind(
    409,
    "Nothing can be sent again",
    "The campaign was never launched, or it was cancelled. Create another one for these people.",
  ),
  line_still_blocked: kind(
    409,
    "The line still can't send",
    "`detail` says what Meta reports of it. Solve that at Meta, or wait until it is over, and try again.",
  ),
  preflight_failed: kind(
    422,
    "The campaign has problems that must be solved first",
    "`issues` lists what the preflight found; those of severity `error` stand in the way. Solve them and launch again.",
  ),
  import_not_startable: kind(
    409,
    "The import can't be started",
    "Only a file that was checked waits to be started, once, and only if no more of it was rejected than the tenant's `maxRejectedPercent` allows. Read the import for its status and its rejections.",
  ),
  import_not_cancellable: kind(
    409,
    "The import can't be cancelled",
    "It is over, or it has stored all of its file and is ending memberships, which is not left half done. Read its status.",
  ),
  in_use: kind(
    409,
    "Still in use",
    "`usedBy` names what depends on it, and `detail` says what can be done: move or delete those first, or keep it.",
  ),
  audience_is_dynamic: kind(
    409,
    "The audience is dynamic",
    "Its members are the contacts that match its filter, so none can be added or imported into it. Use an audience of kind `fixed`.",
  ),
  graph_error: kind(
    422,
    "Meta refused the request",
    "`detail` says what Meta answered. Check the access token, its permissions, and the ids.",
  ),
  graph_unreachable: kind(
    502,
    "Meta could not be reached",
    "Meta did not answer in time. Nothing was changed; try again later.",
  ),
  person_erased: kind(
    422,
    "This person's data was erased",
    "Somebody with this phone or document asked for their data to be erased, and does not come back. Leave them out.",
  ),
  invalid_phone: kind(
    422,
    "Not a phone number",
    "Send the number with its country code, such as +5511987654321, or as a Brazilian number with its area code.",
  ),
  invalid_document: kind(
    422,
    "Not a CPF or CNPJ",
    "The check digits do not fit. Check the number, or leave the field out.",
  ),
  invalid_access_token: kind(
    422,
    "Not an access token",
    "Meta's tokens are letters and digits in one piece. Copy it again, without spaces and line breaks.",
  ),
  not_ready: kind(
    409,
    "Not ready yet",
    "What this asks for is still being made. Try again when its status is `completed`.",
  ),
  dead_letter_retried: kind(
    409,
    "The dead letter was retried already",
    "It is back on its queue since `retriedAt`. If it fails for good again, it comes back as a new dead letter: retry that one.",
  ),
  dead_letter_discarded: kind(
    409,
    "The dead letter was discarded",
    "Somebody decided that it is not to be retried. It stays listed, with `discardedAt`.",
  ),
  dead_letter_unreadable: kind(
    422,
    "The dead letter can't be retried",
    "What it says can't be opened, or is no longer understood by this version. Trying again will not help; discard it when its cause is known.",
  ),
  unavailable: kind(
    503,
    "Temporarily unavailable",
    "Something went wrong on our side. Try again; if it goes on, report the `X-Request-Id` of the answer.",
  ),
};
