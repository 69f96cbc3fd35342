const READS = ["GET", "HEAD", "OPTIONS"];

/**
 * A second lock behind SameSite: a page of another origin can't make this browser change anything here, not even sign
 * out. Browsers name the origin of everything that is no mere read.
 */
export function changesFromAnotherSite(request: Request, url: URL): boolean {
  if (READS.includes(request.method)) return false;
  const origin = request.headers.get("origin");
  return (origin !== null && origin !== url.origin) || request.headers.get("sec-fetch-site") === "cross-site";
}
