/** Letters that browsers drop or turn into `/` when they read an address, and that no header may hold. */
const MISREAD = /[\p{Cc}\p{Cs}\\]/u;

/**
 * Where to go after signing in: the path, query and fragment that `wanted` names on this origin, in the form in which
 * every reader of an address sees the same; `otherwise` when it names anything else. The answer is plain ASCII and
 * begins with exactly one slash.
 */
export function ownPath(wanted: string | null, origin: string, otherwise: string): string {
  if (!wanted?.startsWith("/") || MISREAD.test(wanted) || !URL.canParse(wanted, origin)) return otherwise;
  const url = new URL(wanted, origin);
  const path = url.pathname + url.search + url.hash;
  // `//host` is another site, and `/.//host` becomes it.
  return url.origin === origin && !path.startsWith("//") ? path : otherwise;
}
