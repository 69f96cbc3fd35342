/** Cumulative: a read message also counts as delivered and sent. */
export interface CampaignCounts {
  total: number;
  pending: number;
  queued: number;
  sent: number;
  delivered: number;
  read: number;
  failed: number;
  skipped: number;
  unknown: number;
  replied: number;
}

/** Exclusive: the parts add up to the audience at every moment. */
export interface Accounting {
  audience: number;
  pending: number;
  queued: number;
  sending: number;
  sent: number;
  failed: number;
  unknown: number;
  skipped: number;
  balanced: boolean;
}
