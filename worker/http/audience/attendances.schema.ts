import { z } from "@hono/zod-openapi";
import { id, instant, instantInput, list, listQuery } from "#http/kit/common.schema.ts";

export const attendance = z
  .object({
    id: id("att"),
    phone: z.string(),
    channel: z.enum(["idr", "operation"]),
    startedAt: instant,
    lastEventAt: instant,
    endedAt: instant.nullable(),
  })
  .openapi("Attendance");
export const attendanceInput = z
  .object({
    phone: z.string().min(1).max(30),
    channel: z.enum(["idr", "operation"]),
    startedAt: instantInput.optional(),
  })
  .strict();
export const attendancePatch = z.object({ endedAt: instantInput }).strict();
export const attendanceQuery = listQuery.extend({
  phone: z.string().max(30).optional(),
  active: z.enum(["true", "false"]).optional(),
});
export const attendanceList = list(attendance);

export type Attendance = z.infer<typeof attendance>;
