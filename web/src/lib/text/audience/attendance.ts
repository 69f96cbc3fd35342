import type { Attendance } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";

export const channelLabels: Record<Attendance["channel"], () => string> = {
  idr: m.attendance_channel_idr,
  operation: m.attendance_channel_operation,
};

export const channelTexts: Record<Attendance["channel"], () => string> = {
  idr: m.attendance_channel_idr_text,
  operation: m.attendance_channel_operation_text,
};
