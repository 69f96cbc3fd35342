import type { PreflightIssue } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";

/** The parts of the form, in the order of the product's manual. */
export const sections = [
  { id: "description", title: m.section_description },
  { id: "target", title: m.section_target },
  { id: "schedule", title: m.section_schedule },
  { id: "pacing", title: m.section_pacing },
  { id: "in-service", title: m.section_in_service },
  { id: "sender", title: m.section_sender },
  { id: "template", title: m.section_template },
  { id: "review", title: m.section_review },
] as const;
export type SectionId = (typeof sections)[number]["id"];

/** Which part of the form each field of the API's campaign stands in. */
const sectionOfField: Record<string, SectionId> = {
  name: "description",
  segmentId: "target",
  audienceId: "target",
  filter: "target",
  audience: "target",
  startAt: "schedule",
  sendingWindow: "schedule",
  pacing: "pacing",
  inService: "in-service",
  sender: "sender",
  lines: "sender",
  templateId: "template",
  template: "template",
  variables: "template",
};
/** Issues that are better mended elsewhere than at the field they name. */
const sectionOfCode: Record<string, SectionId> = {
  too_few_prospect_lines: "sender",
  receptive_line: "sender",
  limit_exceeded: "sender",
};

/** Where the person can mend it; null when no part of the form can. */
export function sectionOf(issue: Pick<PreflightIssue, "code" | "path">): SectionId | null {
  const field = issue.path?.split(".")[0] ?? "";
  return sectionOfCode[issue.code] ?? sectionOfField[field] ?? null;
}
