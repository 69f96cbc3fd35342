import type {
  AudienceFilter,
  CampaignStatus,
  InService,
  LineKind,
  Pacing,
  Sender,
  Template,
  VariableMap,
} from "../core/model.ts";

/** What a campaign was launched with; frozen, so that later edits of audience or template change nothing under way. */
export interface CampaignSpec {
  segmentId: string;
  audienceId: string;
  templateId: string;
  filter: AudienceFilter | null;
  variables: VariableMap;
  sender: Sender;
  startAt: number | null;
  pacing: Pacing | null;
  inService: InService;
  template: Template;
}

/** A line the campaign may use; what the portfolio knows of it (health, rate) is asked at each tick. */
export interface CampaignLine {
  lineId: string;
  portfolioId: string;
  kind: LineKind;
  templateLinked: boolean;
}

/** Where the campaign stands; one row, rewritten with the rows it speaks of. */
export interface CampaignState {
  tenantId: string;
  campaignId: string;
  spec: CampaignSpec;
  lines: CampaignLine[];
  /** When lines and opted-out contacts were last read from the catalogue. */
  factsAt: number;
  status: CampaignStatus;
  statusReason: string | null;
  launchedAt: number;
  completedAt: number | null;
  /** Preparation: everyone in the audience gets a row, by pages in the order of contact ids. */
  prepared: boolean;
  cursor: string | null;
  audience: number;
  eligible: number;
  /** When wave 0 falls due; moved on by the length of each pause, so that waves are never squeezed. */
  waveBase: number | null;
  /** Waves whose people have been checked again for opt-out and service. */
  wavesOpened: number;
  pausedAt: number | null;
  /** What D1 has not been told yet. */
  mirrorDirty: boolean;
}
