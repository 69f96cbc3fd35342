/**
 * What travels with each send as `biz_opaque_callback_data` and comes back on each of its statuses: our own ids, no
 * personal data. Meta allows 512 characters.
 */
export interface CallbackData {
  campaignId: string;
  contactId: string;
}

export const encodeCallbackData = (data: CallbackData): string => `c:${data.campaignId};r:${data.contactId}`;

/** Null for anything that is not ours: other systems may send from the same number. */
export function decodeCallbackData(text: string | null | undefined): CallbackData | null {
  const match = /^c:(cmp_[0-9A-Za-z]{1,60});r:(con_[0-9A-Za-z]{1,60})$/.exec(text ?? "");
  return match?.[1] && match[2] ? { campaignId: match[1], contactId: match[2] } : null;
}
