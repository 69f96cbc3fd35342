/**
 * Meta's error codes as the Cloud API answers them. Titles are Meta's; the HTTP status of a code is not documented any
 * more, so the ones here are those seen in practice. Callers must decide on `code` alone.
 */
export interface GraphFailure {
  code: number;
  /** What is wrong with this call, for people. */
  details?: string;
  /** Replaces the usual "(#code) title". */
  message?: string;
  subcode?: number;
  httpStatus?: number;
  type?: string;
}

interface KnownError {
  title: string;
  httpStatus: number;
}

const KNOWN: Record<number, KnownError> = {
  0: { title: "AuthException", httpStatus: 401 },
  1: { title: "API Unknown", httpStatus: 500 },
  2: { title: "API Service", httpStatus: 503 },
  3: { title: "API Method", httpStatus: 500 },
  4: { title: "API Too Many Calls", httpStatus: 429 },
  10: { title: "Permission Denied", httpStatus: 403 },
  33: { title: "Parameter value is not valid", httpStatus: 400 },
  100: { title: "Invalid parameter", httpStatus: 400 },
  190: { title: "Access token has expired", httpStatus: 401 },
  200: { title: "API Permission", httpStatus: 403 },
  368: { title: "Temporarily blocked for policies violations", httpStatus: 403 },
  613: { title: "Calls to this API have exceeded the rate limit", httpStatus: 429 },
  2500: { title: "Unknown path components", httpStatus: 400 },
  80007: { title: "Rate limit issues", httpStatus: 429 },
  130403: { title: "Business blocked this user", httpStatus: 403 },
  130429: { title: "Rate limit hit", httpStatus: 429 },
  130472: { title: "User's number is part of an experiment", httpStatus: 400 },
  130497: { title: "Business account is restricted from messaging users in this country", httpStatus: 403 },
  131000: { title: "Something went wrong", httpStatus: 500 },
  131005: { title: "Access denied", httpStatus: 403 },
  131008: { title: "Required parameter is missing", httpStatus: 400 },
  131009: { title: "Parameter value is not valid", httpStatus: 400 },
  131016: { title: "Service unavailable", httpStatus: 503 },
  131021: { title: "Recipient cannot be sender", httpStatus: 400 },
  131026: { title: "Message undeliverable", httpStatus: 400 },
  131031: { title: "Business Account locked", httpStatus: 403 },
  131042: { title: "Business eligibility payment issue", httpStatus: 400 },
  131045: { title: "Incorrect certificate", httpStatus: 500 },
  131047: { title: "Re-engagement message", httpStatus: 400 },
  131048: { title: "Spam rate limit hit", httpStatus: 400 },
  131049: { title: "This message was not delivered to maintain healthy ecosystem engagement", httpStatus: 400 },
  131050: { title: "User has stopped marketing messages from this business", httpStatus: 400 },
  131051: { title: "Unsupported message type", httpStatus: 400 },
  131053: { title: "Media upload error", httpStatus: 400 },
  131056: { title: "(Business Account, Consumer Account) pair rate limit hit", httpStatus: 403 },
  131057: { title: "Account in maintenance mode", httpStatus: 500 },
  131059: { title: "Invalid paging cursor", httpStatus: 400 },
  131063: { title: "Marketing messages are off on this endpoint", httpStatus: 400 },
  131064: { title: "Account limited for template category violations", httpStatus: 400 },
  132000: { title: "Number of parameters does not match the expected number of params", httpStatus: 400 },
  132001: { title: "Template name does not exist in the translation", httpStatus: 404 },
  132005: { title: "Translated text too long", httpStatus: 400 },
  132007: { title: "Template format character policy violated", httpStatus: 400 },
  132012: { title: "Parameter format does not match format in the created template", httpStatus: 400 },
  132015: { title: "Template is paused", httpStatus: 400 },
  132016: { title: "Template is disabled", httpStatus: 400 },
  132018: { title: "There is an issue with the parameters in your template", httpStatus: 400 },
  133004: { title: "Server temporarily unavailable", httpStatus: 503 },
  133010: { title: "Phone number not registered", httpStatus: 400 },
  135000: { title: "Generic user error", httpStatus: 400 },
};

export const errorTitle = (code: number): string => KNOWN[code]?.title ?? "Unknown error";
export const errorHttpStatus = (failure: GraphFailure): number =>
  failure.httpStatus ?? KNOWN[failure.code]?.httpStatus ?? 400;

/** The body of a refused call. Errors of the Graph platform itself (no details) carry no `error_data`. */
export function errorBody(failure: GraphFailure, traceId: string) {
  return {
    error: {
      message: failure.message ?? `(#${failure.code}) ${errorTitle(failure.code)}`,
      type: failure.type ?? "OAuthException",
      code: failure.code,
      ...(failure.details === undefined
        ? {}
        : { error_data: { messaging_product: "whatsapp", details: failure.details } }),
      ...(failure.subcode === undefined ? {} : { error_subcode: failure.subcode }),
      fbtrace_id: traceId,
    },
  };
}

/** The error object inside a `failed` status. */
export const webhookError = (code: number, details?: string) => ({
  code,
  title: errorTitle(code),
  message: errorTitle(code),
  error_data: { details: details ?? `${errorTitle(code)}.` },
  href: "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
});

/** Graph's answer for an object that is absent or that the token may not see: it does not tell the two apart. */
export const objectNotVisible = (id: string, method: string): GraphFailure => ({
  code: 100,
  subcode: 33,
  type: "GraphMethodException",
  message:
    `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to ` +
    "missing permissions, or does not support this operation",
});

export const badToken: GraphFailure = {
  code: 190,
  message: "Error validating access token: the session has been invalidated or the token is malformed.",
};
