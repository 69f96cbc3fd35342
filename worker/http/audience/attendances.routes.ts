import { iso, isoOrNull } from "#core/shared/time.ts";
import * as schema from "#http/audience/attendances.schema.ts";
import { permit } from "#http/kit/auth.ts";
import { found, problem } from "#http/kit/errors.ts";
import { idempotent } from "#http/kit/idempotency.ts";
import { type App, body, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import { phoneOr422 } from "./contact-input.ts";

const tags = ["Attendances"];
const present = (row: {
  id: string;
  phone: string;
  channel: schema.Attendance["channel"];
  startedAt: number;
  lastEventAt: number;
  endedAt: number | null;
}): schema.Attendance => ({
  id: row.id,
  phone: row.phone,
  channel: row.channel,
  startedAt: iso(row.startedAt),
  lastEventAt: iso(row.lastEventAt),
  endedAt: isoOrNull(row.endedAt),
});

export function attendanceRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/attendances",
      tags,
      summary: "List attendances",
      middleware: [permit("contacts:read")],
      request: { query: schema.attendanceQuery },
      responses: { 200: json(schema.attendanceList, "Attendances, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { query, answer } = await paging(c, c.req.valid("query"));
      const { phone, active } = query;
      const page = await deps.store(principal.tenantId).attendances.list({
        ...query,
        phone: phone && phoneOr422(phone),
        active: active === undefined ? undefined : active === "true",
      });
      return c.json(answer(page, present), 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/attendances",
      tags,
      summary: "Tell that a person is being served",
      description: "Until it is ended, campaigns that leave out people in service send this phone nothing.",
      middleware: [permit("contacts:write"), idempotent],
      request: { body: body(schema.attendanceInput) },
      responses: { 201: json(schema.attendance, "The attendance, open") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { phone, channel, startedAt } = c.req.valid("json");
      const row = await deps.store(principal.tenantId).attendances.create({
        id: deps.newId("att"),
        phone: phoneOr422(phone),
        channel,
        startedAt: startedAt === undefined ? deps.now() : Date.parse(startedAt),
      });
      return c.json(present(row), 201);
    },
  );

  app.openapi(
    route({
      method: "get",
      path: "/v1/attendances/{id}",
      tags,
      summary: "Read an attendance",
      middleware: [permit("contacts:read")],
      request: { params: idParam },
      responses: { 200: json(schema.attendance, "The attendance") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const row = await deps.store(principal.tenantId).attendances.get(c.req.valid("param").id);
      return c.json(present(found(row, "attendance")), 200);
    },
  );

  app.openapi(
    route({
      method: "patch",
      path: "/v1/attendances/{id}",
      tags,
      summary: "End an attendance",
      middleware: [permit("contacts:write")],
      request: { params: idParam, body: body(schema.attendancePatch) },
      responses: { 200: json(schema.attendance, "The attendance") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { attendances } = deps.store(principal.tenantId);
      const { id } = c.req.valid("param");
      const endedAt = Date.parse(c.req.valid("json").endedAt);
      const { startedAt } = found(await attendances.get(id), "attendance");
      if (endedAt < startedAt) throw problem("invalid_request", "It can't end before it started.");
      return c.json(present(found(await attendances.end(id, endedAt), "attendance")), 200);
    },
  );
}
