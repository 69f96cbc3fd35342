import type { CampaignStatus, RecipientStatus } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";

export const campaignStatusLabels: Record<CampaignStatus, () => string> = {
  draft: m.status_draft,
  scheduled: m.status_scheduled,
  preparing: m.status_preparing,
  running: m.status_running,
  paused: m.status_paused,
  completed: m.status_completed,
  cancelled: m.status_cancelled,
  failed: m.status_failed,
};

export const recipientStatusLabels: Record<RecipientStatus, () => string> = {
  pending: m.recipient_pending,
  queued: m.recipient_queued,
  sending: m.recipient_sending,
  sent: m.recipient_sent,
  delivered: m.recipient_delivered,
  read: m.recipient_read,
  failed: m.recipient_failed,
  skipped: m.recipient_skipped,
  unknown: m.recipient_unknown,
};
