import { z } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { actorOf } from "#core/identity/principal.ts";
import { iso } from "#core/shared/time.ts";
import { liveMessage, liveTicket } from "#http/campaigns/live.schema.ts";
import { authenticate, permit } from "#http/kit/auth.ts";
import type { AppEnv } from "#http/kit/context.ts";
import { found, problem } from "#http/kit/errors.ts";
import { type App, idParam, json, route } from "#http/kit/openapi.ts";
import { soundInput } from "#http/kit/sound-input.ts";
import { isDraft } from "./campaign.present.ts";
import { streamCounts } from "./live-stream.ts";
import { redeemTicket, signTicket } from "./live-ticket.ts";

const tags = ["Campaigns"];
const ticketQuery = z.object({ ticket: z.string().max(2000).optional() });

/** A ticket stands for whoever asked for it, and may only watch; without one, the usual credentials. */
const byTicketOrCredentials = createMiddleware<AppEnv>(async (c, next) => {
  const token = c.req.query("ticket");
  if (token === undefined) return authenticate(c, next);
  const ticket = await redeemTicket(token, c.req.param("id") ?? "", c.env.SESSION_SECRET, c.var.deps);
  if (!ticket)
    throw problem("unauthenticated", "The ticket is used, expired or not for this campaign; ask for a new one.");
  c.set("principal", {
    kind: ticket.sub.startsWith("user:") ? "user" : "apiKey",
    id: ticket.sub.slice(ticket.sub.indexOf(":") + 1),
    name: "live ticket",
    tenantId: ticket.tenantId,
    scopes: ["campaigns:read"],
  });
  await next();
});

/** Registered before `authenticate`, since a ticket is no such credential. */
export function liveRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/campaigns/{id}/live",
      tags,
      summary: "Follow a campaign's counts live",
      description:
        'A WebSocket, or `text/event-stream` when the request is no upgrade. Each message is JSON: `{type: "counts", status, statusReason, waitsUntil, counts, rates, accounting, at}`, one at once and then whenever something has changed, at most twice a second. An event stream ends with the event `end` when the campaign is over. Browsers open it with a ticket, others with an API key.',
      middleware: [soundInput, byTicketOrCredentials, permit("campaigns:read")],
      request: { params: idParam, query: ticketQuery },
      responses: {
        101: { description: "The WebSocket; `ping` is answered with `pong`" },
        200: {
          description: "The event stream (`text/event-stream`)",
          content: { "text/event-stream": { schema: liveMessage } },
        },
      },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { id } = c.req.valid("param");
      const row = found(await deps.store(principal.tenantId).campaigns.get(id), "campaign");
      const object = deps.campaign(id);
      const first = isDraft(row) ? null : await object.snapshot();
      if (!first) throw problem("not_ready", "The campaign has not begun; launch it, or try again in a moment.");
      if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") return streamCounts(c, object, first);
      const { webSocket } = await deps.liveSocket(id, c.req.raw);
      // A new response: the headers of one that came from elsewhere can't be added to.
      return new Response(null, { status: 101, webSocket });
    },
  );
}

export function liveTicketRoutes(app: App): void {
  app.openapi(
    route({
      method: "post",
      path: "/v1/campaigns/{id}/live-tickets",
      tags,
      summary: "Ask for a ticket to a campaign's live connection",
      description: "For one connection, opened within a minute: browsers can't send credentials with a WebSocket.",
      middleware: [permit("campaigns:read")],
      request: { params: idParam },
      responses: { 201: json(liveTicket, "The ticket, and the address that holds it") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { tenantId } = principal;
      const { id: campaignId } = found(await deps.store(tenantId).campaigns.get(c.req.valid("param").id), "campaign");
      const ticket = { campaignId, tenantId, sub: actorOf(principal), jti: deps.newId("tkt") };
      const { token, expiresAt } = await signTicket(ticket, c.env.SESSION_SECRET, deps.now());
      const url = new URL(`/v1/campaigns/${campaignId}/live?ticket=${token}`, c.env.API_PUBLIC_URL);
      url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
      return c.json({ ticket: token, url: url.href, expiresAt: iso(expiresAt) }, 201);
    },
  );
}
