import { permit } from "../auth.ts";
import { type App, json, route } from "../openapi.ts";
import * as schema from "../schemas/catalogue.ts";
import { listQuery } from "../schemas/common.ts";

export function portfolioRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/portfolios",
      tags: ["Lines"],
      summary: "List business portfolios with what is left of their limit",
      description:
        "Meta counts the different people messaged in a moving 24 hours per portfolio, over all its lines. A `messagingLimit` of null: no limit, or none heard of yet.",
      middleware: [permit("catalogue:read")],
      request: { query: listQuery },
      responses: { 200: json(schema.portfolioList, "Portfolios that lines of yours belong to, by id") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const page = await deps.store(principal.tenantId).lines.portfolios(c.req.valid("query"));
      const data = await Promise.all(
        page.data.map(async ({ id, lineIds }): Promise<schema.Portfolio> => {
          const { messagingLimit, used24h, reserved24h } = await deps.portfolio(id).overview();
          return {
            id,
            messagingLimit: typeof messagingLimit === "number" ? messagingLimit : null,
            used24h,
            reserved24h,
            lineIds,
          };
        }),
      );
      return c.json({ data, nextCursor: page.nextCursor }, 200);
    },
  );
}
