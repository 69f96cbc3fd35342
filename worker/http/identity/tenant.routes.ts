import {
  DEFAULT_ATTENDANCE_IDLE_MINUTES,
  DEFAULT_REPLY_WINDOW_MINUTES,
  keywordsOf,
  policyOf,
} from "#core/campaigns/policy.ts";
import { canonicalTimeZone } from "#core/shared/time-zone.ts";
import * as schema from "#http/identity/tenant.schema.ts";
import { permit } from "#http/kit/auth.ts";
import { found, ProblemError } from "#http/kit/errors.ts";
import { type App, body, json, route } from "#http/kit/openapi.ts";

const tags = ["Tenant"];
const present = (row: Omit<schema.Tenant, "policy">): schema.Tenant => ({
  id: row.id,
  name: row.name,
  timeZone: row.timeZone,
  locale: row.locale,
  responseProtocol: row.responseProtocol,
  settings: row.settings,
  policy: {
    ...policyOf(row.settings, null),
    replyWindowMinutes: row.settings.replyWindowMinutes ?? DEFAULT_REPLY_WINDOW_MINUTES,
    attendanceIdleMinutes: row.settings.attendanceIdleMinutes ?? DEFAULT_ATTENDANCE_IDLE_MINUTES,
    optOutWords: keywordsOf(row.settings).optOut,
    optInWords: keywordsOf(row.settings).optIn,
    maxRejectedPercent: row.settings.maxRejectedPercent ?? null,
  },
});

export function tenantRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/me",
      tags,
      summary: "Who am I",
      description: "The key or person behind the request, what it may do, and its tenant. Needs no scope.",
      responses: { 200: json(schema.me, "Key or person, scopes and tenant") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { kind, id, name, scopes, tenantId } = principal;
      const tenant = present(found(await deps.store(tenantId).tenant.get(), "tenant"));
      return c.json({ kind, id, name, scopes, tenant }, 200);
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/tenant",
      tags,
      summary: "Read the tenant",
      description: "`settings` are as they were set; `policy` is what campaigns go by, with the defaults filled in.",
      middleware: [permit("catalogue:read")],
      responses: { 200: json(schema.tenant, "The tenant") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      return c.json(present(found(await deps.store(principal.tenantId).tenant.get(), "tenant")), 200);
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/onboarding",
      tags,
      summary: "How far the first steps are",
      description:
        "What a tenant needs for its first campaign, as it is there now. Cheap: ask whenever it is to be shown.",
      middleware: [permit("campaigns:read")],
      responses: { 200: json(schema.onboarding, "The first steps") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      return c.json(await deps.store(principal.tenantId).tenant.firstSteps(), 200);
    },
  );

  app.openapi(
    route({
      method: "patch",
      path: "/v1/tenant",
      tags,
      summary: "Change the tenant",
      description:
        "Fields that are left out stay as they are. So do settings: each is replaced as a whole, and null turns it off.",
      middleware: [permit("tenant:admin")],
      request: { body: body(schema.tenantPatch) },
      responses: { 200: json(schema.tenant, "The tenant") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { timeZone, ...change } = c.req.valid("json");
      const row = await deps
        .store(principal.tenantId)
        .tenant.update({ ...change, timeZone: timeZone === undefined ? undefined : knownTimeZone(timeZone) });
      await deps.audit(c.var, "tenant.update", principal.tenantId, c.req.valid("json"));
      return c.json(present(found(row, "tenant")), 200);
    },
  );
}

function knownTimeZone(name: string): string {
  const canonical = canonicalTimeZone(name);
  if (canonical) return canonical;
  throw new ProblemError({
    code: "invalid_request",
    detail: "Some fields are missing or not valid; see errors.",
    errors: [{ path: "timeZone", message: "An IANA time zone such as America/Sao_Paulo." }],
  });
}
