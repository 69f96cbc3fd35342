import type { SentMessage } from "#contracts/campaign-rpc.ts";
import { DAY_MS } from "#core/shared/time.ts";
import type { Deps } from "#deps.ts";

type Needs = Pick<Deps, "campaign" | "now" | "store">;

/** A message of ours, and where it is to be found. */
export type Found = SentMessage & { campaignId: string };

/** Meta repeats a webhook for a week; an older message is not looked for. */
const LOOK_BACK_MS = 7 * DAY_MS;
/** How many campaigns are asked, those that used the line last first. */
export const MOST_CAMPAIGNS = 20;

/**
 * Who got messages of which a webhook names nothing but our id: people who show a user name instead of a number, while
 * our callback data is missing or they quote the message. Such webhooks are few, and each costs a question to the
 * campaigns that used the line.
 */
export async function findMessages(
  wanted: { line: { id: string; tenantId: string }; messageId: string }[],
  deps: Needs,
): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  for (const ofLine of Map.groupBy(wanted, ({ line }) => line.id).values()) {
    const [first] = ofLine;
    if (!first) continue;
    const { id, tenantId } = first.line;
    const since = deps.now() - LOOK_BACK_MS;
    const campaignIds = await deps.store(tenantId).campaigns.lastOnLine(id, since, MOST_CAMPAIGNS);
    for (const campaignId of campaignIds) {
      const left = ofLine.map(({ messageId }) => messageId).filter((messageId) => !found.has(messageId));
      if (left.length === 0) break;
      const sent = await deps.campaign(campaignId).findMessages(tenantId, left);
      for (const message of sent) found.set(message.messageId, { ...message, campaignId });
    }
  }
  return found;
}
