import { z } from "zod";

/** The API's answers as far as these tests rely on them: names of the public contract. */
const count = z.int().min(0);
export const created = z.object({ id: z.string() });
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() });

export const line = z.object({
  id: z.string(),
  kind: z.enum(["prospect", "receptive"]),
  phoneNumberId: z.string(),
  qualityRating: z.string(),
  health: z.object({ usable: z.boolean() }),
});
export const template = z.object({ id: z.string(), name: z.string(), status: z.string() });

export const unmatchedEvent = z.object({ lineId: z.string(), kind: z.string(), count });
export const tenant = z.object({ settings: z.record(z.string(), z.unknown()) });

export const importJob = z.object({
  id: z.string(),
  status: z.enum(["queued", "running", "completed", "failed"]),
  totalRows: count,
  importedRows: count,
  updatedRows: count,
  rejectedRows: count,
  rejectsUrl: z.string().nullable(),
});
export type ImportJob = z.infer<typeof importJob>;

const campaignStatus = z.enum([
  "draft",
  "scheduled",
  "preparing",
  "running",
  "paused",
  "completed",
  "cancelled",
  "failed",
]);
export const counts = z.object({
  total: count,
  pending: count,
  queued: count,
  sent: count,
  delivered: count,
  read: count,
  failed: count,
  skipped: count,
  unknown: count,
  replied: count,
});
export const campaign = z.object({
  id: z.string(),
  status: campaignStatus,
  statusReason: z.string().nullable(),
  startAt: z.string().nullable(),
  launchedAt: z.string().nullable(),
  completedAt: z.string().nullable(),
  counts,
});
export type Campaign = z.infer<typeof campaign>;

export const stats = z.object({
  counts,
  byWave: z.array(z.object({ wave: count, at: z.string(), total: count })),
  bySkip: z.array(z.object({ reason: z.string(), count })),
  accounting: z.object({
    audience: count,
    pending: count,
    queued: count,
    sending: count,
    sent: count,
    failed: count,
    unknown: count,
    skipped: count,
    balanced: z.boolean(),
  }),
});
export type Stats = z.infer<typeof stats>;

export const recipient = z.object({
  contactId: z.string(),
  name: z.string(),
  phone: z.string().nullable(),
  status: z.enum(["pending", "queued", "sending", "sent", "delivered", "read", "failed", "skipped", "unknown"]),
  wave: z.int().nullable(),
  messageId: z.string().nullable(),
  error: z.object({ code: z.int() }).optional(),
});
export type Recipient = z.infer<typeof recipient>;

export const exportJob = z.object({
  id: z.string(),
  status: z.enum(["queued", "running", "completed", "failed"]),
  rows: count,
  downloadUrl: z.string().nullable(),
});
