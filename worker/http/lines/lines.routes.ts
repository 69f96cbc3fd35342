import { iso, isoOrNull } from "#core/shared/time.ts";
import type { Deps } from "#deps.ts";
import { permit } from "#http/kit/auth.ts";
import { found, notFound, unwrap } from "#http/kit/errors.ts";
import { idempotent } from "#http/kit/idempotency.ts";
import { campaignUses, inUse, MOST_USES, onlyDrafts } from "#http/kit/in-use.ts";
import { type App, body, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import * as schema from "#http/lines/lines.schema.ts";
import { type LineWithHealth, withHealth } from "#services/lines/line-health.ts";
import type { LineRow } from "#services/lines/line-token.ts";
import { changeLine, forgetLine, resumeLine, syncLine } from "#services/lines/lines.ts";
import { registerLine } from "#services/lines/register-line.ts";
import { accessTokenOr422 } from "./access-token.ts";
import { portfolioRoutes } from "./portfolios.routes.ts";

type Needs = Pick<Deps, "now" | "portfolio">;

const tags = ["Lines"];

/** Field by field: the sealed token must never slip into an answer. */
const present = (row: LineWithHealth): schema.Line => ({
  id: row.id,
  segmentId: row.segmentId,
  kind: row.kind,
  name: row.name,
  wabaId: row.wabaId,
  phoneNumberId: row.phoneNumberId,
  displayPhoneNumber: row.displayPhoneNumber,
  verifiedName: row.verifiedName,
  qualityRating: row.qualityRating,
  portfolioId: row.portfolioId,
  messagingLimitTier: row.messagingLimitTier,
  status: row.status,
  throughputPerSecond: row.throughputPerSecond,
  syncedAt: isoOrNull(row.syncedAt),
  createdAt: iso(row.createdAt),
  health: {
    usable: row.health.usable,
    ...(row.health.reason === undefined ? {} : { reason: row.health.reason }),
    ...(row.health.since === undefined ? {} : { since: iso(row.health.since) }),
  },
});

export function lineRoutes(app: App): void {
  portfolioRoutes(app);

  app.openapi(
    route({
      method: "get",
      path: "/v1/lines",
      tags,
      summary: "List lines",
      middleware: [permit("catalogue:read")],
      request: { query: schema.lineQuery },
      responses: { 200: json(schema.lineList, "Lines, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { query, answer } = await paging(c, c.req.valid("query"));
      const { data, nextCursor } = await deps.store(principal.tenantId).lines.list(query);
      return c.json(answer({ data: await withHealth(deps, data), nextCursor }, present), 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/lines",
      tags,
      summary: "Register a number as a line",
      description: "Checked at Meta before anything is saved; the account's templates come with it.",
      middleware: [permit("catalogue:write"), idempotent],
      request: { body: body(schema.lineInput) },
      responses: { 201: json(schema.line, "The line") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const input = c.req.valid("json");
      accessTokenOr422(input.accessToken);
      const { line, subscribed, templates } = unwrap(await registerLine(deps, principal.tenantId, input));
      const { wabaId, kind, segmentId } = line;
      await deps.audit(c.var, "line.create", line.id, { wabaId, kind, segmentId, subscribed, templates });
      return c.json(await answer(deps, line), 201);
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/lines/{id}",
      tags,
      summary: "Read a line",
      middleware: [permit("catalogue:read")],
      request: { params: idParam },
      responses: { 200: json(schema.line, "The line") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const row = found(await deps.store(principal.tenantId).lines.get(c.req.valid("param").id), "line");
      return c.json(await answer(deps, row), 200);
    },
  );

  app.openapi(
    route({
      method: "patch",
      path: "/v1/lines/{id}",
      tags,
      summary: "Change a line or renew its access token",
      description: "A new token has to be able to read the number at Meta before it takes the old one's place.",
      middleware: [permit("catalogue:write")],
      request: { params: idParam, body: body(schema.linePatch) },
      responses: { 200: json(schema.line, "The line") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { id } = c.req.valid("param");
      const before = found(await deps.store(principal.tenantId).lines.get(id), "line");
      const { accessToken, ...change } = c.req.valid("json");
      if (accessToken !== undefined) accessTokenOr422(accessToken);
      const row = unwrap(await changeLine(deps, principal.tenantId, before, { ...change, accessToken }));
      await deps.audit(c.var, "line.update", id, { ...change, tokenRenewed: accessToken !== undefined });
      return c.json(await answer(deps, row), 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/lines/{id}/sync",
      tags,
      summary: "Read number, quality, limit and status from Meta",
      description: "Also ends a rest that waits for somebody to look after its cause, when Meta finds the number well.",
      middleware: [permit("catalogue:write")],
      request: { params: idParam },
      responses: { 200: json(schema.line, "The line") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { id } = c.req.valid("param");
      const before = found(await deps.store(principal.tenantId).lines.get(id), "line");
      const row = unwrap(await syncLine(deps, principal.tenantId, before, "person"));
      await deps.audit(c.var, "line.sync", id, { status: row.status, quality: row.qualityRating });
      return c.json(await answer(deps, row), 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/lines/{id}/resume",
      tags,
      summary: "Bring a stopped line back",
      description:
        "Reads the number at Meta first. When Meta lets it send, its rest ends, also one that would end later, and campaigns that wait for it go on; else 409 with Meta's reason. Safe to repeat.",
      middleware: [permit("catalogue:write")],
      request: { params: idParam },
      responses: { 200: json(schema.line, "The line, able to send") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { id } = c.req.valid("param");
      const before = found(await deps.store(principal.tenantId).lines.get(id), "line");
      const outcome = await resumeLine(deps, principal.tenantId, before);
      await deps.audit(
        c.var,
        "line.resume",
        id,
        outcome.ok ? { resumed: true } : { resumed: false, code: outcome.error.code },
      );
      return c.json(await answer(deps, unwrap(outcome)), 200);
    },
  );

  app.openapi(
    route({
      method: "delete",
      path: "/v1/lines/{id}",
      tags,
      summary: "Delete a line that no open campaign names",
      middleware: [permit("catalogue:write")],
      request: { params: idParam },
      responses: { 204: { description: "Deleted" } },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { lines, campaigns } = deps.store(principal.tenantId);
      const { id } = c.req.valid("param");
      const row = found(await lines.get(id), "line");
      const outcome = await lines.remove(id);
      if (outcome === "not_found") throw notFound("line");
      if (outcome === "in_use") {
        const users = await campaigns.naming({ lineId: id }, MOST_USES);
        const advice = onlyDrafts(users)
          ? "Delete these drafts or choose another sender in them, then try again."
          : "Cancel these campaigns or wait for their end, and choose another sender in drafts; then try again.";
        throw inUse("line", campaignUses(users), advice, users.total);
      }
      await deps.audit(c.var, "line.delete", id, { wabaId: row.wabaId });
      await forgetLine(deps, row);
      return c.body(null, 204);
    },
  );
}

async function answer(deps: Needs, row: LineRow): Promise<schema.Line> {
  const [line] = await withHealth(deps, [row]);
  return present(found(line, "line"));
}
