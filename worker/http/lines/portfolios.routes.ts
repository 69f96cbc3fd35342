import type { PortfolioOverview } from "#contracts/portfolio-rpc.ts";
import { permit } from "#http/kit/auth.ts";
import { listQuery } from "#http/kit/common.schema.ts";
import { type App, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import * as schema from "#http/lines/portfolios.schema.ts";

const present = ({
  id,
  lineIds,
  messagingLimit,
  used24h,
  reserved24h,
}: Pick<schema.Portfolio, "id" | "lineIds"> & PortfolioOverview): schema.Portfolio => ({
  ...{ id, lineIds, used24h, reserved24h },
  messagingLimit: typeof messagingLimit === "number" ? messagingLimit : null,
});

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
      const { query, answer } = await paging(c, c.req.valid("query"));
      const page = await deps.store(principal.tenantId).lines.portfolios(query);
      const data = await Promise.all(
        page.data.map(async ({ id, lineIds }) => ({ id, lineIds, ...(await deps.portfolio(id).overview()) })),
      );
      return c.json(answer({ data, nextCursor: page.nextCursor }, present), 200);
    },
  );
}
