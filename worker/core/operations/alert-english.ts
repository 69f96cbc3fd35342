import { IMPORT_ERROR_WORDS } from "#core/imports/job.ts";
import { ruleFor } from "#core/meta/error-rules.ts";
import { failureShare } from "#core/sending/circuit-breaker.ts";
import { iso } from "#core/shared/time.ts";
import type { AlertParams } from "./alert.ts";
import type { AlertWords } from "./alert-words.ts";

type Wait = AlertParams["campaign_waits"]["waits"][number];
type Gate = Extract<AlertParams["failure_rate"], { cause: "wave_gate" }>;

export const ENGLISH: AlertWords = {
  tier_limit: () => "The 24-hour limit of the business portfolio is used up; the rest waits until there is room.",
  quality_drop: (params) =>
    params.cause === "wave_gate"
      ? heldWave(params)
      : "The quality of the line has dropped to RED; it leaves the rotation until it has recovered.",
  line_blocked: (params) => {
    if (params.cause === "code") return lineStopped(params);
    const until = params.resumesByItself ? "a line is back" : "somebody resumes it";
    return `No line of the campaign can send; it is paused until ${until}.`;
  },
  too_few_lines: ({ healthy, all }) =>
    `Only ${healthy} of ${all} Prospect lines can send; the campaign goes on with them.`,
  template_paused: (params) => {
    if (params.cause === "code") return campaignStopped(params);
    if (params.cause === "news")
      return templateNews(params, "campaigns that use it send nothing until it is approved again");
    return params.cause === "template_not_approved"
      ? "Meta does not let the template be sent; the campaign is paused."
      : "Meta no longer has the template; the campaign is paused.";
  },
  template_flagged: (params) =>
    templateNews(params, "it can still be sent, and campaigns go on; more complaints may pause it"),
  template_price: (params) => {
    if (params.cause === "wave_held")
      return `Wave ${params.wave} is held: Meta has made the template MARKETING, which costs more. Resume the campaign to agree to the new price.`;
    const { name, from, times, at } = params;
    const cost = times === null ? "costs more" : `costs about ${times} times as much`;
    const what =
      at === null
        ? "is MARKETING now. Campaigns that use it wait before their next wave until somebody agrees, unless the settings say otherwise."
        : `becomes MARKETING on ${iso(at)}.`;
    return `Meta has changed the category of the template ${name} (${from}): each message ${cost}. It ${what}`;
  },
  account_restricted: (params) => {
    if (params.cause === "code") return lineStopped(params);
    const wait =
      params.until === null
        ? "Its sends wait until Meta lifts that and somebody syncs the line."
        : `Its sends wait until ${iso(params.until)}, and then go on by themselves.`;
    return `Meta has restricted the account of this line (${params.event}). ${wait}`;
  },
  account_limited: ({ restrictions }) => {
    const types = restrictions.map(({ type, until }) => (until === null ? type : `${type} until ${iso(until)}`));
    return `Meta has restricted what this WhatsApp account may do: ${types.join(", ")}. Campaigns are not stopped by that.`;
  },
  account_violation: ({ violation }) =>
    `Meta found a violation of its rules${inBrackets(violation)} in this WhatsApp account; more of them restrict or close it. See the account's quality at Meta.`,
  account_closing: ({ day }) =>
    `Meta will disable this WhatsApp account ${day === null ? "soon" : `on ${day}`}; nothing can be sent after that. Ask for a review in Meta's Business Support.`,
  opt_out_unmatched: () =>
    "Somebody asked in WhatsApp for no more promotions, and Meta named only a user id. Find the person in the line's conversations and opt the contact out.",
  number_changed: ({ newPhone, takenBy }) => {
    const moved = "This contact's person has taken another WhatsApp number.";
    if (newPhone === null) return `${moved} Ask them for it, and change the contact's phone.`;
    return takenBy === null
      ? `${moved} To go on writing to them, change the contact's phone to ${newPhone} (PATCH /v1/contacts/{id}); until then the old number is used.`
      : `${moved} Another contact has the new one, ${newPhone}, already: delete this one, or its old number goes on being written to.`;
  },
  failure_rate: (params) => {
    if (params.cause === "wave_gate") return heldWave(params);
    const counted = failures(params, `in the last ${params.minutes} minutes`, "failed or got no answer");
    return `${counted}; the campaign is paused.`;
  },
  campaign_paused: (params) => campaignStopped(params),
  campaign_waits: ({ waits }) => waits.map((wait) => WAITS[wait.kind](wait)).join(" "),
  start_missed: ({ minutes }) =>
    `The campaign could not begin at its time, ${minutes} minutes ago; it waits for a person to resume it.`,
  in_doubt: ({ when, count }) =>
    when === "campaign_ended"
      ? `The campaign has ended with ${count} sends whose answer from Meta never came.`
      : `Meta has said nothing about ${count} sends of the campaign for a day. Whether to send them again is for a person to decide.`,
  import_failed: ({ error }) => IMPORT_ERROR_WORDS[error].en,
  export_failed: ({ attempts }) =>
    `The campaign's report could not be made: a part of it failed ${attempts} times. Ask for a new one.`,
  erasure_failed: ({ attempts }) =>
    `A person's data could not be erased everywhere: a step failed ${attempts} times. Ask for the erasure again, and it goes on where it stopped.`,
  dead_letters: ({ queue }) =>
    `Work on the queue ${queue} failed again and again and was put aside; see the dead letters.`,
};

const people = ({ count }: Wait): string => (count === 1 ? "1 person waits" : `${count} people wait`);
const because = ({ reason }: Wait): string => inBrackets(reason);

const WAITS: Record<Wait["kind"], (wait: Wait) => string> = {
  pinned_line_blocked: (wait) =>
    `${people(wait)} for a line that can't send${because(wait)}: give them to other lines, fail them, or bring it back.`,
  account_restricted: (wait) => `${people(wait)} because Meta has restricted the lines' accounts${because(wait)}.`,
  line_resting: (wait) => `${people(wait)} until a line may send again${because(wait)}.`,
  rate_shared: (wait) => `${people(wait)} because other campaigns use up the lines' rate.`,
  sending_window: (wait) => `${people(wait)} for a sending window that does not open any more.`,
  wave_unchecked: (wait) => `${people(wait)} because a wave that is due can't be checked before it is sent.`,
  queue_delayed: (wait) => `${people(wait)} because sends come back from the queue unsent.`,
  internal_error: (wait) => `${people(wait)} because the campaign's own steps fail again and again.`,
  stalled: (wait) => `${people(wait)}, nothing leaves, and the campaign does not know why.`,
};

/** Where there is a reason. */
const inBrackets = (text: string | null): string => (text === null ? "" : ` (${text})`);

type ByCode = AlertParams["campaign_paused"];
const lineStopped = ({ code, via }: ByCode): string =>
  via === "webhook"
    ? `The line stopped sending: Meta reported code ${code}.`
    : `A line stopped sending: code ${code} (${ruleFor(code).titleEn}).`;

const campaignStopped = ({ code, via }: ByCode): string => {
  const what = via === "webhook" ? "failed an accepted message" : "refused a send";
  return `Meta ${what} with code ${code} (${ruleFor(code).titleEn}); the campaign is paused.`;
};

const templateNews = ({ name, event, reason }: AlertParams["template_flagged"], outcome: string): string =>
  `Meta reports ${event}${inBrackets(reason)} for the template ${name}: ${outcome}.`;

const heldWave = (gate: Gate): string =>
  `Wave ${gate.wave} was held back by the check before each wave (${gate.reason}); the campaign is paused. ${failures(gate, "so far", "failed")}; ${gate.optedOut} opted out; red lines: ${gate.redLines}.`;

const failures = (counted: { sent: number; failed: number; limit: number }, when: string, what: string): string =>
  `Of ${counted.sent} sends that ended ${when}, ${counted.failed} ${what} (${percent(failureShare(counted))}; the limit is ${percent(counted.limit)})`;

const percent = (share: number) => `${Number((share * 100).toFixed(1))} %`;
