import { permit } from "../auth.ts";
import { type App, json, route } from "../openapi.ts";
import * as schema from "../schemas/catalogue.ts";
import { listQuery } from "../schemas/common.ts";

const instant = (at: number | null) => (at === null ? null : new Date(at).toISOString());

export function deadLetterRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/dead-letters",
      tags: ["Dead letters"],
      summary: "Work that failed for good",
      description:
        "Each also opened an alert of kind `dead_letters`. What they contain stays encrypted and is not answered.",
      middleware: [permit("tenant:admin")],
      request: { query: listQuery },
      responses: { 200: json(schema.deadLetterList, "Dead letters, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const page = await deps.store(principal.tenantId).deadLetters.list(c.req.valid("query"));
      const data = page.data.map(({ id, queue, attempts, at, retriedAt }) => ({
        ...{ id, queue, attempts },
        at: new Date(at).toISOString(),
        retriedAt: instant(retriedAt),
      }));
      return c.json({ data, nextCursor: page.nextCursor }, 200);
    },
  );
}
