import type { CampaignStatus } from "$lib/api/types.ts";
import { can } from "$lib/session/can.ts";

/** Whether sending again what is in doubt is worth offering; the API has the last word. */
export const canResend = (status: CampaignStatus): boolean =>
  can("campaigns:launch") && status !== "cancelled" && status !== "failed";
