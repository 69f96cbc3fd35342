import { BEHAVIOURS, FAIL_ONE, UNKNOWN_BEHAVIOUR } from "./error-behaviours.ts";
import { ERROR_TEXTS, GIVEN_UP_TEXT, UNKNOWN_ERROR_TEXT } from "./error-texts.ts";
import type { ErrorBehaviour, ErrorText, SendAction } from "./error-types.ts";

/** Faults of Meta's own servers: under HTTP 5xx they do not say that nothing left. */
const SERVER_FAULTS: ReadonlySet<number | null> = new Set([1, 2, 131000, 131016, 133004]);

/** Whether a message that was refused so may have left all the same. */
export const isAmbiguous = (code: number | null, httpStatus: number): boolean =>
  httpStatus >= 500 && SERVER_FAULTS.has(code);

export interface MetaErrorRule extends ErrorBehaviour, ErrorText {
  code: number;
}

/** Stands in for a code where Meta, or something in front of it, gave none; no code of Meta's is negative. */
export const NO_CODE = -1;

/** Stands for no code of Meta's either: a person has ended the wait for a line. */
export const GIVEN_UP = -2;

/** Meta's permission errors are the whole range 200 to 299; the table has it under its first code. */
const PERMISSION_RANGE = { first: 200, last: 299 };

/** The rule of a code; one for all that is unknown, or that has no code. */
export function ruleFor(code: number | null): MetaErrorRule {
  const given = code ?? NO_CODE;
  if (given === GIVEN_UP) return { code: given, ...GIVEN_UP_TEXT, ...FAIL_ONE };
  const key = given >= PERMISSION_RANGE.first && given <= PERMISSION_RANGE.last ? PERMISSION_RANGE.first : given;
  return isKnown(key)
    ? { code: given, ...ERROR_TEXTS[key], ...BEHAVIOURS[key] }
    : { code: given, ...UNKNOWN_ERROR_TEXT, ...UNKNOWN_BEHAVIOUR };
}

const isKnown = (code: number): code is keyof typeof BEHAVIOURS => Object.hasOwn(BEHAVIOURS, code);

/**
 * A fault in one contact's data fails that contact; the same fault again and again is in what all of them share, and
 * the rest must not be burnt on it.
 */
export const REPEATS_THAT_ESCALATE = 5;

/**
 * What to do when a code comes again and again.
 * @param consecutiveSame how many rows of this campaign on this line the code has ended in a row, this one included,
 *   with no accepted send between. A row that still has tries left does not count.
 * @param via where the code came from; decides between `onAnswer` and `onWebhook` while it is not yet too often
 */
export function escalate(
  code: number | null,
  consecutiveSame: number,
  via: "answer" | "webhook" = "answer",
): SendAction {
  const rule = ruleFor(code);
  if (rule.onRepeat && consecutiveSame >= REPEATS_THAT_ESCALATE) return rule.onRepeat;
  return via === "answer" ? rule.onAnswer : rule.onWebhook;
}
