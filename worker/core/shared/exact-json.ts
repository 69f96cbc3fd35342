/** Integers below 2^53 have at most this many digits: without a longer run of them there is nothing to keep. */
const MAY_BE_TOO_BIG = /\d{16}/;
const WHOLE = /^-?\d+$/;

/**
 * JSON in which a whole number that a double can't hold is the text of its digits: Meta writes some ids as integers, and
 * a rounded id is another's. Everything else is as `JSON.parse` gives it, which also throws the same errors.
 */
export function parseExactJson(text: string): unknown {
  return MAY_BE_TOO_BIG.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

/** The third argument, a number as it was written, is younger than TypeScript's description of `JSON.parse`. */
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const { source = "" } = context ?? {};
  return WHOLE.test(source) ? source : value;
}
