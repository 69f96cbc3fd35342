import type { CampaignCounts } from "./model.ts";

/** Shares from 0, null where nothing can be said yet. */
export interface CampaignRates {
  /** Delivered of those that Meta took. */
  delivery: number | null;
  /** Read of those delivered. People who turned read receipts off count as unread. */
  read: number | null;
  /** People who replied, of those delivered. */
  reply: number | null;
  /** Failed of those whose end is known. */
  failure: number | null;
}

export function ratesOf({ sent, delivered, read, failed, replied }: CampaignCounts): CampaignRates {
  return {
    delivery: share(delivered, sent),
    read: share(read, delivered),
    reply: share(replied, delivered),
    failure: share(failed, sent + failed),
  };
}

const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
