import { HTTPException } from "hono/http-exception";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import type { Failure } from "../core/failures.ts";
import type { Deps } from "../deps.ts";
import type { Env } from "../env.ts";
import { logFailure } from "../log.ts";
import { authenticate } from "./auth.ts";
import { answerProblem, ProblemError } from "./errors.ts";
import { soundInput } from "./input/sound-input.ts";
import { noStore } from "./no-store.ts";
import { newApp } from "./openapi.ts";
import { alertRoutes } from "./routes/alerts.ts";
import { apiKeyRoutes } from "./routes/api-keys.ts";
import { attendanceRoutes } from "./routes/attendances.ts";
import { audienceRoutes } from "./routes/audiences.ts";
import { auditRoutes } from "./routes/audit.ts";
import { authRoutes } from "./routes/auth.ts";
import { campaignRoutes } from "./routes/campaigns.ts";
import { contactRoutes } from "./routes/contacts.ts";
import { deadLetterRoutes } from "./routes/dead-letters.ts";
import { docRoutes } from "./routes/docs.ts";
import { exportRoutes } from "./routes/exports.ts";
import { importRoutes } from "./routes/imports.ts";
import { lineRoutes } from "./routes/lines.ts";
import { liveRoutes } from "./routes/live.ts";
import { metaWebhookRoutes } from "./routes/meta-webhook.ts";
import { segmentRoutes } from "./routes/segments.ts";
import { templateRoutes } from "./routes/templates.ts";
import { tenantRoutes } from "./routes/tenant.ts";
import { unmatchedEventRoutes } from "./routes/unmatched-events.ts";

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
