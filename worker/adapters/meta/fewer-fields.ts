import type { CallFailure, GraphCaller } from "./graph-call.ts";

/** Meta's "invalid parameter": a field it does not know or, by the subcode, an object that this token can't see. */
export const INVALID_PARAMETER = 100;
const NO_SUCH_OBJECT = 33;

/**
 * A Graph API that does not know one of the fields refuses the whole request (versions differ), so the question is asked
 * again with fewer. When even the shortest list is refused, the first refusal is the one to show.
 * @param fieldLists longest first
 */
export async function askForFewer(
  fieldLists: readonly [string, ...string[]],
  ask: (fields: string) => ReturnType<GraphCaller["get"]>,
): ReturnType<GraphCaller["get"]> {
  const [all, ...fewer] = fieldLists;
  const first = await ask(all);
  let answer = first;
  for (const fields of fewer) {
    if (answer.ok || !isUnknownField(answer.error)) return answer;
    answer = await ask(fields);
  }
  return answer.ok || !isUnknownField(answer.error) ? answer : first;
}

const isUnknownField = (error: CallFailure) => error.code === INVALID_PARAMETER && error.subcode !== NO_SUCH_OBJECT;
