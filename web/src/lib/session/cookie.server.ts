import type { Cookies } from "@sveltejs/kit";

const SESSION_COOKIE = "session";
const SESSION_DAYS = 7;

export const readSession = (cookies: Cookies): string | null => cookies.get(SESSION_COOKIE) ?? null;

/** The token lives only here: scripts cannot read it, and other sites cannot make the browser send it. */
export function startSession(cookies: Cookies, token: string, url: URL): void {
  cookies.set(SESSION_COOKIE, token, {
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure: url.protocol === "https:",
    maxAge: SESSION_DAYS * 24 * 60 * 60,
  });
}

export function endSession(cookies: Cookies, url: URL): void {
  cookies.delete(SESSION_COOKIE, { path: "/", httpOnly: true, sameSite: "lax", secure: url.protocol === "https:" });
}
