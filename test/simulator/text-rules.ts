import type { GraphFailure } from "./errors.ts";
import { fail, ok, type Result } from "./model.ts";

/** What Meta asks of the text of one parameter: there, and on one line without long gaps. */
export function cleanText(place: string, text: string | undefined): Result<string, GraphFailure> {
  if (text === undefined || text.trim() === "")
    return fail({ code: 131008, details: `${place}: Parameter of type text is missing text value` });
  if (/[\n\r\t]| {5,}/.test(text))
    return fail({
      code: 132012,
      details: `${place}: Param text cannot have new-line/tab characters or more than 4 consecutive spaces`,
    });
  return ok(text);
}
