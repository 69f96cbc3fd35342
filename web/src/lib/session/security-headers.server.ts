/** Headers of every page. The API's address may be reached for the live WebSocket, and nothing else may. */
export function setSecurityHeaders(headers: Headers, apiPublicUrl: string): void {
  const policy = headers.get("content-security-policy");
  if (policy) headers.set("content-security-policy", `${policy}; connect-src 'self' ${liveOrigins(apiPublicUrl)}`);
  headers.set("x-content-type-options", "nosniff");
  headers.set("x-frame-options", "DENY");
  headers.set("referrer-policy", "strict-origin-when-cross-origin");
  headers.set("permissions-policy", "camera=(), microphone=(), geolocation=()");
  headers.set("cross-origin-opener-policy", "same-origin");
}

/** `http://host` and its `ws://host`. */
function liveOrigins(apiPublicUrl: string): string {
  const { origin } = new URL(apiPublicUrl);
  return `${origin} ${origin.replace(/^http/, "ws")}`;
}
