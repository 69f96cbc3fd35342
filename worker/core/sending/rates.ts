import type { CampaignCounts } from "./counts.ts";

/**
 * Every rate of a campaign with what it is a share of, once for all: API, live connection, list and page take their
 * rates from {@link ratesOf}, and whoever counts the rows of the report comes to the same. But for `sent` and `skipped`
 * none looks at the audience: a person outside the filter was not reached for, and is neither a success nor a failure.
 */
export const RATES = {
  sent: "Taken by Meta, of the people who are to get the message: the audience without those who are left out.",
  delivery: "Delivered, of those that Meta took.",
  read: "Read, of those delivered. Who turned read receipts off counts as unread.",
  reply: "People who replied, of those delivered.",
  failure: "Failed, of the sends whose end is known: taken by Meta or failed. What is in doubt is in neither part.",
  doubt: "In doubt, of everybody whom we tried to send to: taken by Meta, failed or in doubt.",
  skipped: "Left out, of the whole audience.",
} as const;

/** Shares from 0, null where nothing can be said yet. */
export type CampaignRates = Record<keyof typeof RATES, number | null>;

export function ratesOf(counts: CampaignCounts): CampaignRates {
  const { total, sent, delivered, read, failed, skipped, unknown, replied } = counts;
  return {
    sent: share(sent, total - skipped),
    delivery: share(delivered, sent),
    read: share(read, delivered),
    reply: share(replied, delivered),
    failure: share(failed, sent + failed),
    doubt: share(unknown, sent + failed + unknown),
    skipped: share(skipped, total),
  };
}

const share = (part: number, whole: number) => (whole <= 0 ? null : part / whole);
