import { problem } from "#http/kit/errors.ts";

/** A token travels in a header: what no header may hold would fail at every call. 422 without quoting it. */
export function accessTokenOr422(token: string): void {
  if (/^[!-~]+$/.test(token)) return;
  throw problem(
    "invalid_access_token",
    "The access token has spaces, line breaks or other signs in it; copy it again.",
    {
      errors: [{ path: "accessToken", message: "letters, digits and signs of ASCII in one piece, without blanks" }],
    },
  );
}
