import type { Erasure } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";

export const erasureReasons: Record<Erasure["reason"], () => string> = {
  requested: m.erasure_reason_requested,
  consent_revoked: m.erasure_reason_consent_revoked,
  no_longer_needed: m.erasure_reason_no_longer_needed,
  authority: m.erasure_reason_authority,
};

export const erasureStatuses: Record<
  Erasure["status"],
  { label: () => string; tone: "calm" | "info" | "ok" | "bad"; active: boolean }
> = {
  queued: { label: m.erasure_status_queued, tone: "calm", active: true },
  running: { label: m.erasure_status_running, tone: "info", active: true },
  completed: { label: m.erasure_status_completed, tone: "ok", active: false },
  failed: { label: m.erasure_status_failed, tone: "bad", active: false },
};

/** In the order in which they are told. */
export const erasureFinds: Record<keyof Erasure["found"], () => string> = {
  contacts: m.erasure_found_contacts,
  audiences: m.erasure_found_audiences,
  consentEvents: m.erasure_found_consent_events,
  strikes: m.erasure_found_strikes,
  sends: m.erasure_found_sends,
  attendances: m.erasure_found_attendances,
  blocks: m.erasure_found_blocks,
  alerts: m.erasure_found_alerts,
  auditEntries: m.erasure_found_audit_entries,
  campaigns: m.erasure_found_campaigns,
  recipients: m.erasure_found_recipients,
  portfolioUsers: m.erasure_found_portfolio_users,
  deadLetters: m.erasure_found_dead_letters,
  storedAnswers: m.erasure_found_stored_answers,
  files: m.erasure_found_files,
  fileRows: m.erasure_found_file_rows,
  filesRemoved: m.erasure_found_files_removed,
};
