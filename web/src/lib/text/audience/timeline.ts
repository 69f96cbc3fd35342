import type { TimelineEvent, TimelineGroup } from "$core/audience/timeline.ts";
import type { TimelineItem } from "$lib/api/types.ts";
import type { Format } from "$lib/format/format.ts";
import { m } from "$lib/paraglide/messages.js";
import { channelLabels } from "./attendance.ts";
import { consentLabels, consentOrigin } from "./consent.ts";
import { fieldLabel } from "./contact-fields.ts";
import { legalBasisLabels } from "./legal-basis.ts";

type Happened = TimelineItem["happened"];
type Edited = Extract<TimelineEvent, { kind: "edited" }>;

export const timelineGroupLabels: Record<TimelineGroup, () => string> = {
  messages: m.timeline_messages,
  imports: m.timeline_imports,
  consent: m.timeline_consent,
  blocks: m.timeline_blocks,
  attendances: m.timeline_attendances,
  edits: m.timeline_edits,
};

const edited: Record<Edited["by"], () => string> = {
  user: m.timeline_edited_user,
  program: m.timeline_edited_program,
};

/** What happened, in a word. */
export function timelineTitle(happened: Happened): string {
  switch (happened.kind) {
    case "message":
      return messageTitle(happened);
    case "created":
      return m.timeline_created();
    case "imported":
      return m.timeline_imported();
    case "consent":
      return consentLabels[happened.status]();
    case "blocked":
      return m.timeline_blocked();
    case "attendance_opened":
      return m.timeline_attendance_opened();
    case "attendance_closed":
      return m.timeline_attendance_closed();
    case "edited":
      return edited[happened.by]();
    case "merged":
      return m.timeline_merged();
    default:
      // A newer API may tell of more than the document does.
      happened satisfies never;
      return m.timeline_unknown();
  }
}

/** What stands behind it; "" when there is nothing more to say. */
export function timelineDetail({ at, happened }: TimelineItem, format: Pick<Format, "dateTime">): string {
  switch (happened.kind) {
    case "message": {
      const replied = happened.repliedAt && m.timeline_replied_at({ at: format.dateTime(happened.repliedAt) });
      return [happened.campaignName ?? m.timeline_campaign_gone(), replied].filter(Boolean).join(" · ");
    }
    case "imported": {
      const audience =
        happened.audienceName === null
          ? m.timeline_imported_nowhere()
          : m.timeline_imported_into({ audience: happened.audienceName });
      return [audience, happened.legalBasis && legalBasisLabels[happened.legalBasis]()].filter(Boolean).join(" · ");
    }
    case "consent": {
      const said = happened.saidAt !== null && happened.saidAt !== at ? format.dateTime(happened.saidAt) : null;
      return [consentOrigin(happened), said && m.timeline_said_at({ at: said })].filter(Boolean).join(" · ");
    }
    case "blocked": {
      const where = happened.segmentId === null ? m.timeline_blocked_everywhere : m.timeline_blocked_segment;
      const until = happened.until && m.timeline_blocked_until({ until: format.dateTime(happened.until) });
      return [where({ reason: blockReason(happened.reason) }), until].filter(Boolean).join(" · ");
    }
    case "attendance_opened":
    case "attendance_closed":
      return channelLabels[happened.channel]();
    case "edited":
      return happened.fields.map(changedLabel).join(", ");
    default:
      return "";
  }
}

/** What leads to more of it. */
export function timelineHref(happened: Happened): string | null {
  if (happened.kind === "message" && happened.campaignName !== null) return `/campaigns/${happened.campaignId}`;
  if (happened.kind === "imported" && happened.audienceName !== null)
    return `/audiences/${happened.audienceId}/imports/${happened.importId}`;
  return null;
}

function messageTitle({ deliveredAt, failedAt, readAt }: Extract<Happened, { kind: "message" }>): string {
  if (failedAt) return m.timeline_message_failed();
  if (readAt) return m.timeline_message_read();
  return deliveredAt ? m.timeline_message_delivered() : m.timeline_message_sent();
}

/** Why somebody is blocked: a word of ours, or as people wrote it. */
export const blockReason = (reason: string): string => (reason === "opted_out" ? m.block_reason_opted_out() : reason);

function changedLabel(field: string): string {
  if (field === "hashtags") return m.timeline_hashtags();
  if (field === "attributes") return m.timeline_attributes();
  return fieldLabel(field).toLocaleLowerCase();
}
