import type { SkipReason } from "$core/audience/exclusion.ts";
import { lookUp } from "$lib/api/key-of.ts";
import { m } from "$lib/paraglide/messages.js";

/** Why a member of the audience gets nothing: a short name, and what it means. */
const texts: Record<SkipReason, { title: () => string; text: () => string }> = {
  noOptIn: { title: m.skip_no_opt_in, text: m.skip_no_opt_in_text },
  optedOut: { title: m.skip_opted_out, text: m.skip_opted_out_text },
  blocked: { title: m.skip_blocked, text: m.skip_blocked_text },
  unreachable: { title: m.skip_unreachable, text: m.skip_unreachable_text },
  invalidPhone: { title: m.skip_invalid_phone, text: m.skip_invalid_phone_text },
  duplicate: { title: m.skip_duplicate, text: m.skip_duplicate_text },
  inService: { title: m.skip_in_service, text: m.skip_in_service_text },
  filtered: { title: m.skip_filtered, text: m.skip_filtered_text },
  frequencyCap: { title: m.skip_frequency_cap, text: m.skip_frequency_cap_text },
  missingVariable: { title: m.skip_missing_variable, text: m.skip_missing_variable_text },
  contactDeleted: { title: m.skip_contact_deleted, text: m.skip_contact_deleted_text },
  cancelled: { title: m.skip_cancelled, text: m.skip_cancelled_text },
};

export const skipReasonTitle = (reason: string): string => lookUp(texts, reason)?.title() ?? reason;
export const skipReasonText = (reason: string): string => lookUp(texts, reason)?.text() ?? "";
