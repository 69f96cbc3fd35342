import type { AudienceFilter } from "#core/audience/audience-filter.ts";
import type { InService, Pacing } from "#core/campaigns/campaign.ts";
import { type AppliedCap, capsFor } from "#core/campaigns/frequency-caps.ts";
import { type CampaignPolicy, DEFAULT_POLICY } from "#core/campaigns/policy.ts";
import type { CampaignStatus } from "#core/campaigns/status.ts";
import { waveDueAt } from "#core/campaigns/waves.ts";
import type { LineKind } from "#core/lines/line.ts";
import { eligibleLines } from "#core/lines/rotation.ts";
import type { Sender } from "#core/lines/sender.ts";
import type { Template } from "#core/meta/template.ts";
import { becameMarketing, MARKETING } from "#core/templates/sync.ts";
import type { VariableMap } from "#core/templates/variable-source.ts";

/** What a campaign was launched with; frozen, so that later edits of audience or template change nothing under way. */
export interface CampaignSpec {
  segmentId: string;
  audienceId: string;
  /** Who is in a dynamic audience; null when its members are listed. Not set by the first versions, which had no other. */
  membership?: AudienceFilter | null;
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
  /** In the line's account, null when the template is not there; not set by the first versions. */
  templateStatus?: string | null;
  templateCategory?: string | null;
}

/** Where the campaign stands; one row, rewritten with the rows it speaks of. */
export interface CampaignState {
  tenantId: string;
  campaignId: string;
  spec: CampaignSpec;
  lines: CampaignLine[];
  policy: CampaignPolicy;
  /** When lines, policy and opted-out contacts were last read from the catalogue. */
  catalogueReadAt: number;
  status: CampaignStatus;
  statusReason: string | null;
  launchedAt: number;
  completedAt: number | null;
  /** Preparation: everyone in the audience gets a row, by pages in the order of contact ids. */
  prepared: boolean;
  cursor: string | null;
  audience: number;
  eligible: number;
  /** When wave 0 falls due. */
  firstWaveAt: number | null;
  /** When each wave was opened: its people were checked again for opt-out and service, and may be sent to. */
  wavesOpenedAt: number[];
  /** From when the next wave's interval counts; moved on by pauses, so that waves are never squeezed. */
  waveAnchorAt: number | null;
  /** A person has seen why the gate before this wave failed, and let it pass. */
  gatePassed: number | null;
  /** The category whose price a person has agreed to since the launch; not set by the first versions. */
  agreedCategory?: string;
  /**
   * Up to which position people have been reserved against the tenant's caps, and nobody after it may be sent to; null,
   * or not set, while no cap holds. -1: whoever waits for a later try has not been either.
   */
  reservedTo?: number | null;
  /** Up to which position D1 was ever asked to reserve: whoever is there may have a place that is to be given back. */
  askedToReserve?: number;
  pausedAt: number | null;
  /** Outside the sending window: when it opens again, `NEVER` if it does not. */
  reopensAt: number | null;
  /** When everybody's personal data was taken out; not set while it is not. */
  forgottenAt?: number;
  /** Something has changed since D1's projection was flushed. */
  needsFlush: boolean;
}

/** The instant of what does not happen. */
export const NEVER = Number.MAX_SAFE_INTEGER;

/** As the first version wrote it. */
interface FirstState extends Omit<CampaignState, LaterField> {
  wavesOpened: number;
}
type LaterField = "policy" | "wavesOpenedAt" | "waveAnchorAt" | "gatePassed" | "reopensAt";

/** A state as any version wrote it, with the fields that came later as they would have been. */
export function completeState(stored: CampaignState | FirstState): CampaignState {
  if (!("wavesOpened" in stored)) return { ...stored, policy: { ...DEFAULT_POLICY, ...stored.policy } };
  const { wavesOpened, ...state } = stored;
  const wavesOpenedAt = Array.from({ length: wavesOpened }, (_, index) =>
    waveDueAt(index, state.firstWaveAt ?? state.launchedAt, state.spec.pacing),
  );
  const waveAnchorAt = wavesOpenedAt.at(-1) ?? null;
  return { ...state, policy: DEFAULT_POLICY, wavesOpenedAt, waveAnchorAt, gatePassed: null, reopensAt: null };
}

/** Why a campaign waits for a person to agree to a new price. */
export const CATEGORY_CHANGED = "category_changed";

/** The category that a person has agreed to the price of. */
export const agreedCategory = ({ spec, agreedCategory }: CampaignState): string =>
  agreedCategory ?? spec.template.category;

/** The category that messages leave in by now: the one agreed to, unless the template has become MARKETING since. */
export function categoryNow(state: CampaignState): string {
  const agreed = agreedCategory(state);
  const isDearer = eligibleLines(state.lines, state.spec.sender).some(
    ({ templateLinked, templateCategory }) =>
      templateLinked && templateCategory != null && becameMarketing(agreed, templateCategory),
  );
  return isDearer ? MARKETING : agreed;
}

/** The tenant's caps that hold for its messages. @param at when these are to leave, ms */
export const capsOf = (state: CampaignState, at: number): AppliedCap[] =>
  capsFor(state.policy.frequencyCaps, categoryNow(state), at);
