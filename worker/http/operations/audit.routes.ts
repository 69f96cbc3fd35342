import { iso } from "#core/shared/time.ts";
import { permit } from "#http/kit/auth.ts";
import { listQuery } from "#http/kit/common.schema.ts";
import { type App, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import * as schema from "#http/operations/audit.schema.ts";

export function auditRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/audit-log",
      tags: ["Audit log"],
      summary: "Who changed what",
      middleware: [permit("tenant:admin")],
      request: { query: listQuery },
      responses: { 200: json(schema.auditList, "Changes, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { query, answer } = await paging(c, c.req.valid("query"));
      const page = await deps.store(principal.tenantId).audit.list(query);
      const present = ({ id, actor, action, subject, detail, requestId, at }: (typeof page.data)[number]) => ({
        ...{ id, actor, action, subject, detail, requestId },
        at: iso(at),
      });
      return c.json(answer(page, present), 200);
    },
  );
}
