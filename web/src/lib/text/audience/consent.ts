import { lookUp } from "$lib/api/key-of.ts";
import type { ConsentEvent, ConsentStatus } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";

export const consentLabels: Record<ConsentStatus, () => string> = {
  granted: m.consent_granted,
  revoked: m.consent_revoked,
  unknown: m.consent_unknown,
};

/** What is kept by a word of ours; what people and imports say of it stands as they wrote it. */
const sources: Record<string, () => string> = {
  api: m.consent_source_api,
  operator: m.consent_source_operator,
  keyword: m.consent_source_keyword,
  meta: m.consent_source_meta,
  user_preferences: m.consent_source_preferences,
  meta_131050: m.consent_source_preferences,
};

const channels: Record<NonNullable<ConsentEvent["channel"]>, () => string> = {
  whatsapp: m.consent_channel_whatsapp,
  import: m.consent_channel_import,
  api: m.consent_channel_api,
  screen: m.consent_channel_screen,
  meta: m.consent_channel_meta,
};

/** By which way we learned of a change; one that only a newer API knows stands as it is. */
export const consentChannel = (channel: NonNullable<ConsentEvent["channel"]>): string =>
  lookUp(channels, channel)?.() ?? channel;

export const consentSource = (source: string): string => lookUp(sources, source)?.() ?? source;

/** Where a change came from, and why where somebody said so. */
export function consentOrigin({ source, reason }: Pick<ConsentEvent, "source" | "reason">): string {
  const parts = [source, reason]
    .filter((part) => part !== null && part !== "")
    .map((part) => consentSource(part ?? ""));
  return [...new Set(parts)].join(" · ");
}
