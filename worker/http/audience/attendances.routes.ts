import { iso, isoOrNull } from "#core/shared/time.ts";
import type { TenantStore } from "#deps.ts";
import * as schema from "#http/audience/attendances.schema.ts";
import { permit } from "#http/kit/auth.ts";
import { found, notFound, problem } from "#http/kit/errors.ts";
import { idempotent } from "#http/kit/idempotency.ts";
import { type App, body, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import { phoneOr422, phonesOr422 } from "./contact-input.ts";

const tags = ["Attendances"];
type Row = NonNullable<Awaited<ReturnType<TenantStore["attendances"]["get"]>>>;
type NewAttendance = Parameters<TenantStore["attendances"]["create"]>[0];
const present = (row: Row): schema.Attendance => ({
  id: row.id,
  phone: row.phone,
  contact: row.contact,
  channel: row.channel,
  startedAt: iso(row.startedAt),
  lastEventAt: iso(row.lastEventAt),
  endedAt: isoOrNull(row.endedAt),
});

const readInput = ({ channel, startedAt }: Pick<schema.AttendanceInput, "channel" | "startedAt">, now: number) => ({
  channel,
  startedAt: startedAt === undefined ? now : Date.parse(startedAt),
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
      description:
        "Until it is ended, campaigns that leave out people in service send this phone nothing; those under way know within 15 seconds. " +
        "It is closed by itself once nothing has happened in it for the tenant's `attendanceIdleMinutes`.",
      middleware: [permit("contacts:write"), idempotent],
      request: { body: body(schema.attendanceInput) },
      responses: { 201: json(schema.attendance, "The attendance, open") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { attendances } = deps.store(principal.tenantId);
      const now = deps.now();
      const input = c.req.valid("json");
      const row = { id: deps.newId("att"), phone: phoneOr422(input.phone), ...readInput(input, now) };
      const { id, channel } = row;
      await attendances.create(row, now);
      await deps.audit(c.var, "attendance.open", id, { channel });
      return c.json(present(found(await attendances.get(id), "attendance")), 201);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/attendances/batch",
      tags,
      summary: "Tell that people are being served",
      description:
        "Up to 1,000 at once: all of them or, when one of the phones is none, nobody. Who has an attendance open keeps it, and that we " +
        "were told again is its last event; so a whole list can be sent from time to time. Safe to repeat.",
      middleware: [permit("contacts:write"), idempotent],
      request: { body: body(schema.attendancesInput) },
      responses: { 200: json(schema.attendancesOpened, "The open attendances") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const now = deps.now();
      const inputs = c.req.valid("json").attendances;
      const phones = phonesOr422(
        inputs.map(({ phone }) => phone),
        "attendances",
      );
      // Of a phone that stands there twice the first counts.
      const rows = new Map<string, NewAttendance>();
      for (const [i, input] of inputs.entries()) {
        const phone = phones[i] ?? "";
        if (!rows.has(phone)) rows.set(phone, { id: deps.newId("att"), phone, ...readInput(input, now) });
      }
      const { idByPhone, opened } = await deps.store(principal.tenantId).attendances.openMany([...rows.values()], now);
      const ids = phones.flatMap((phone) => idByPhone.get(phone) ?? []);
      if (opened > 0) await deps.audit(c.var, "attendance.open", ids[0] ?? "", { opened });
      return c.json({ opened, alreadyOpen: rows.size - opened, ids }, 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/attendances/end",
      tags,
      summary: "End attendances now",
      description:
        "All of them or, when one of the ids is not there, none. Who had been ended before keeps that end. Safe to repeat.",
      middleware: [permit("contacts:write")],
      request: { body: body(schema.attendancesEndInput) },
      responses: { 200: json(schema.attendancesEnded, "How many were ended") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const ids = [...new Set(c.req.valid("json").ids)];
      const ended = await deps.store(principal.tenantId).attendances.endAll(ids, deps.now());
      if (ended === null) throw notFound("attendance");
      if (ended > 0) await deps.audit(c.var, "attendance.end", ids[0] ?? "", { ended });
      return c.json({ ended }, 200);
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
      await attendances.end(id, endedAt);
      await deps.audit(c.var, "attendance.end", id, { endedAt: iso(endedAt) });
      return c.json(present(found(await attendances.get(id), "attendance")), 200);
    },
  );
}
