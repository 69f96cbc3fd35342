import { HTTPException } from "hono/http-exception";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import type { Failure } from "#core/sending/failures.ts";
import type { Deps } from "#deps.ts";
import type { Env } from "#env.ts";
import { attendanceRoutes } from "#http/audience/attendances.routes.ts";
import { audienceRoutes } from "#http/audience/audiences.routes.ts";
import { blockRoutes } from "#http/audience/blocks.routes.ts";
import { contactDetailRoutes } from "#http/audience/contact-details.routes.ts";
import { contactMergeRoutes } from "#http/audience/contact-merge.routes.ts";
import { contactRoutes } from "#http/audience/contacts.routes.ts";
import { erasureRoutes } from "#http/audience/erasures.routes.ts";
import { personalDataRoutes } from "#http/audience/personal-data.routes.ts";
import { segmentRoutes } from "#http/audience/segments.routes.ts";
import { campaignRoutes } from "#http/campaigns/campaigns.routes.ts";
import { liveRoutes } from "#http/campaigns/live.routes.ts";
import { apiKeyRoutes } from "#http/identity/api-keys.routes.ts";
import { authRoutes } from "#http/identity/auth.routes.ts";
import { tenantRoutes } from "#http/identity/tenant.routes.ts";
import { importRoutes } from "#http/imports/imports.routes.ts";
import { authenticate } from "#http/kit/auth.ts";
import { answerProblem, ProblemError } from "#http/kit/errors.ts";
import { noStore } from "#http/kit/no-store.ts";
import { newApp } from "#http/kit/openapi.ts";
import { soundInput } from "#http/kit/sound-input.ts";
import { lineRoutes } from "#http/lines/lines.routes.ts";
import { alertRoutes } from "#http/operations/alerts.routes.ts";
import { auditRoutes } from "#http/operations/audit.routes.ts";
import { deadLetterRoutes } from "#http/operations/dead-letters.routes.ts";
import { docRoutes } from "#http/operations/docs.routes.ts";
import { unmatchedEventRoutes } from "#http/operations/unmatched-events.routes.ts";
import { exportRoutes } from "#http/reports/exports.routes.ts";
import { metaWebhookRoutes } from "#http/sending/meta-webhook.routes.ts";
import { templateRoutes } from "#http/templates/templates.routes.ts";
import { logFailure } from "#log.ts";

/** The API: what needs no credentials first, then everything under /v1 closed by default. */
export function makeApp(depsFor: (env: Env) => Deps) {
  const app = newApp();

  app.use(requestId({ headerName: "X-Request-Id" }));
  app.use(secureHeaders());
  app.use(async (c, next) => {
    c.set("deps", depsFor(c.env));
    await next();
  });

  app.onError((error, c) => {
    if (error instanceof ProblemError) return answerProblem(c, error.failure);
    if (error instanceof HTTPException && error.status < 500) return answerProblem(c, unreadable(error.status));
    logFailure("request_failed", error, { requestId: c.var.requestId, path: c.req.routePath });
    return answerProblem(c, {
      code: "unavailable",
      detail: `Something went wrong on our side; try again, and name request ${c.var.requestId} if it goes on.`,
    });
  });
  app.notFound((c) => answerProblem(c, { code: "not_found", detail: "There is nothing at this address; see /docs." }));

  app.get("/healthz", (c) => c.json({ status: "ok" }));
  docRoutes(app);
  app.use("/auth/*", noStore, soundInput);
  authRoutes(app);
  metaWebhookRoutes(app);
  app.use("/v1/*", noStore);
  liveRoutes(app);

  app.use("/v1/*", authenticate, soundInput);
  tenantRoutes(app);
  apiKeyRoutes(app);
  auditRoutes(app);
  alertRoutes(app);
  deadLetterRoutes(app);
  unmatchedEventRoutes(app);
  segmentRoutes(app);
  lineRoutes(app);
  templateRoutes(app);
  audienceRoutes(app);
  importRoutes(app);
  contactRoutes(app);
  contactDetailRoutes(app);
  contactMergeRoutes(app);
  personalDataRoutes(app);
  erasureRoutes(app);
  blockRoutes(app);
  attendanceRoutes(app);
  campaignRoutes(app);
  exportRoutes(app);
  return app;
}

/** The framework's own refusals: JSON that is none, a Content-Type that the address does not take. */
function unreadable(status: number): Failure {
  if (status === 413) return { code: "payload_too_large", detail: "The body is larger than this address takes." };
  return {
    code: "invalid_request",
    detail: "The body can't be read; send what this address takes (mostly JSON) with the Content-Type that says so.",
  };
}
