import type { Use } from "#core/sending/failures.ts";
import { type ProblemError, problem } from "./errors.ts";

/** An answer that names these says enough. */
export const MOST_USES = 10;

interface CampaignUses {
  campaigns: { id: string; name: string; status: string }[];
  total: number;
}

export const campaignUses = ({ campaigns }: CampaignUses): Use[] =>
  campaigns.map(({ id, name, status }) => ({ type: "campaign", id, name, status }));

/** Whether only drafts stand in the way: they can be changed or deleted, what was launched can't. */
export const onlyDrafts = ({ campaigns, total }: CampaignUses): boolean =>
  campaigns.length === total && campaigns.every(({ status }) => status === "draft");

/**
 * 409 that names what uses the thing, and what can be done about it.
 *
 * @param total of the uses, when more than those that are named are known of
 */
export function inUse(what: string, usedBy: Use[], advice: string, total = usedBy.length): ProblemError {
  const names = usedBy.map(
    ({ type, id, name, status }) => `${type} ${name ?? ""} (${[id, status].filter(Boolean).join(", ")})`,
  );
  const more = total > usedBy.length ? ` and ${total - usedBy.length} more` : "";
  return problem("in_use", `This ${what} is used by ${names.join("; ")}${more}. ${advice}`, { usedBy });
}
