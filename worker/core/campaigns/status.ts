/** Where a campaign can stand. Names are the API's. */
export const CAMPAIGN_STATUSES = [
  "draft",
  "scheduled",
  "preparing",
  "running",
  "paused",
  "completed",
  "cancelled",
  "failed",
] as const;
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number];

/** What happens to a campaign. */
export type CampaignEvent =
  /** A person launches the draft. */
  | "launch"
  /** Everybody in the audience has a row. */
  | "prepared"
  /** Its start has come. */
  | "due"
  /** A person, a gate, or something that a person must look at. */
  | "pause"
  /** Goes on with what it was at: reading its audience, waiting for its start, or sending. */
  | "resume_preparing"
  | "resume_scheduled"
  | "resume_running"
  /** Nobody waits any more. */
  | "complete"
  /** Somebody waits again: an unconfirmed send had not left, or is tried once more. */
  | "reopen"
  | "cancel";

/** All that can happen in each status. What is missing here changes nothing. */
const TRANSITIONS: Record<CampaignStatus, Partial<Record<CampaignEvent, CampaignStatus>>> = {
  draft: { launch: "preparing" },
  preparing: { prepared: "scheduled", pause: "paused", cancel: "cancelled" },
  scheduled: { due: "running", pause: "paused", cancel: "cancelled" },
  running: { pause: "paused", complete: "completed", cancel: "cancelled" },
  paused: {
    resume_preparing: "preparing",
    resume_scheduled: "scheduled",
    resume_running: "running",
    cancel: "cancelled",
  },
  completed: { reopen: "running" },
  cancelled: {},
  failed: {},
};

/** The status after an event; null when the event does not concern a campaign in this one. */
export const nextStatus = (status: CampaignStatus, event: CampaignEvent): CampaignStatus | null =>
  TRANSITIONS[status][event] ?? null;

/** Launched and not over: it has sent, or may yet send, and an opt-out must reach it. */
export const ACTIVE_STATUSES = CAMPAIGN_STATUSES.filter((status) => "cancel" in TRANSITIONS[status]);
export const isActive = (status: CampaignStatus): boolean => ACTIVE_STATUSES.includes(status);

/** Nothing more is planned; what was unconfirmed may reopen one that is completed. */
export const isOver = (status: CampaignStatus): boolean => !isActive(status) && status !== "draft";

/** Only a draft may be edited or deleted. */
export const isEditable = (status: CampaignStatus): boolean => "launch" in TRANSITIONS[status];
