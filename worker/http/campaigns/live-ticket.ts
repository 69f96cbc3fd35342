import { sign, verify } from "hono/jwt";
import { z } from "zod";
import type { Deps } from "#deps.ts";

type Needs = Pick<Deps, "idempotency" | "now">;

/** Long enough to open a connection with, too short to be worth stealing from a log. */
export const TICKET_SECONDS = 60;
/** The same secret signs sessions; a token for one is none for the other. */
const AUDIENCE = "live";

const claims = z.object({
  campaignId: z.string(),
  tenantId: z.string(),
  /** Who asked for it: `user:<id>` or `apiKey:<id>`. */
  sub: z.string(),
  jti: z.string(),
});
export type LiveTicket = z.infer<typeof claims>;

/** A ticket for one connection to one campaign, for browsers: they can't send credentials with a WebSocket. */
export async function signTicket(ticket: LiveTicket, secret: string, now: number) {
  const exp = Math.floor(now / 1000) + TICKET_SECONDS;
  const token = await sign({ ...ticket, aud: AUDIENCE, exp }, secret, "HS256");
  return { token, expiresAt: exp * 1000 };
}

/**
 * What a ticket says, the first time it is shown; null when it is forged, expired, used, or for another campaign. That
 * it was used is kept as a reservation of an idempotency key, which outlives the ticket.
 */
export async function redeemTicket(
  token: string,
  campaignId: string,
  secret: string,
  deps: Needs,
): Promise<LiveTicket | null> {
  const ticket = await read(token, secret);
  if (ticket?.campaignId !== campaignId) return null;
  const claim = await deps.idempotency(ticket.tenantId).claim(`live-ticket:${ticket.jti}`, ticket.jti, deps.now());
  return claim.state === "claimed" ? ticket : null;
}

async function read(token: string, secret: string): Promise<LiveTicket | null> {
  try {
    return claims.parse(await verify(token, secret, { alg: "HS256", aud: AUDIENCE }));
  } catch {
    return null;
  }
}
