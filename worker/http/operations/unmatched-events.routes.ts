import { hourOf } from "#core/sending/tally.ts";
import { iso } from "#core/shared/time.ts";
import { permit } from "#http/kit/auth.ts";
import { problem } from "#http/kit/errors.ts";
import { type App, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import * as schema from "#http/operations/unmatched-events.schema.ts";

export function unmatchedEventRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/unmatched-events",
      tags: ["Unmatched events"],
      summary: "Events that fit nothing",
      description:
        "Statuses of messages that no campaign knows, and messages from people whom no campaign wrote to, counted per " +
        "hour, line and kind. `from` and `to` choose the hours: from the one that holds `from` to the last that begins before `to`.",
      middleware: [permit("tenant:admin")],
      request: { query: schema.unmatchedEventQuery },
      responses: { 200: json(schema.unmatchedEventList, "Counts, newest hour first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { query, answer } = await paging(c, c.req.valid("query"));
      const { from, to } = query;
      const page = await deps.store(principal.tenantId).unmatchedEvents.list({
        ...query,
        from: from === undefined ? undefined : hourOf(Date.parse(from)),
        to: to === undefined ? undefined : Date.parse(to),
      });
      if (!page) throw problem("invalid_cursor", "This cursor is none that this list has given.");
      return c.json(
        answer(page, (row) => ({ ...row, hour: iso(row.hour), lastAt: iso(row.lastAt) })),
        200,
      );
    },
  );
}
