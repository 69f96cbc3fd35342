import type { Context } from "hono";
import type { AppEnv } from "./context.ts";

/**
 * The address of whoever is at the other end, null when nobody says. What the web application says of its visitor is
 * believed at the web's own entrypoint (`FromWeb` in index.ts), which nothing but a service binding reaches; at the
 * public entry point only Cloudflare is, which sets its header over anything that a client sends.
 */
export function clientAddress(c: Context<AppEnv>): string | null {
  return c.req.header(c.env.FROM_WEB ? "X-Client-Address" : "CF-Connecting-IP") ?? null;
}
