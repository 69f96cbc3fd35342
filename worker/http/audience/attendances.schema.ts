import { z } from "@hono/zod-openapi";
import { id, instant, instantInput, list, listQuery } from "#http/kit/common.schema.ts";

const channel = z.enum(["idr", "operation"]);
export const attendance = z
  .object({
    id: id("att"),
    phone: z.string(),
    contact: z
      .object({ id: id("con"), name: z.string() })
      .nullable()
      .openapi({ description: "Who has this phone; null when no contact has." }),
    channel,
    startedAt: instant,
    lastEventAt: instant,
    endedAt: instant.nullable(),
  })
  .openapi("Attendance");
export const attendanceInput = z
  .object({
    phone: z.string().min(1).max(30),
    channel,
    startedAt: instantInput.optional(),
  })
  .strict();
export const attendancesInput = z.object({ attendances: z.array(attendanceInput).min(1).max(1_000) }).strict();
export const attendancesOpened = z.object({
  opened: z.number().int().openapi({ description: "How many are new." }),
  alreadyOpen: z.number().int().openapi({ description: "How many people had one open already; they keep it." }),
  ids: z.array(id("att")).openapi({ description: "The open attendance of each entry, in the order of the request." }),
});
export const attendancePatch = z.object({ endedAt: instantInput }).strict();
export const attendanceQuery = listQuery.extend({
  phone: z.string().max(30).optional(),
  channel: channel.optional(),
  active: z.enum(["true", "false"]).optional(),
});
export const attendancesEndInput = z.object({ ids: z.array(id("att")).min(1).max(200) }).strict();
export const attendancesEnded = z.object({
  ended: z.number().int().openapi({ description: "How many were open until now." }),
});
export const attendanceList = list(attendance);

export type Attendance = z.infer<typeof attendance>;
export type AttendanceInput = z.infer<typeof attendanceInput>;
