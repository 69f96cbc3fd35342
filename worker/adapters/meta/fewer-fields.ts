import { ok } from "#core/shared/result.ts";
import type { CallFailure, GraphCaller } from "./graph-call.ts";

/** Meta's "invalid parameter": a field it does not know or, by the subcode, an object that this token can't see. */
export const INVALID_PARAMETER = 100;
const NO_SUCH_OBJECT = 33;
/** The token may not do this; one field can be the reason, as it can for the codes 200 to 299. */
const NOT_PERMITTED = 10;

type Answer = ReturnType<GraphCaller["get"]>;
/** @param fields as in `id,name` */
type Ask = (fields: string) => Answer;

/**
 * A Graph API that refuses one field refuses the whole request (versions and permissions differ). The field that the
 * refusal names is left out, and the question asked again. Answers the last refusal when none of ours is named.
 */
async function askWithoutNamed(fields: readonly string[], ask: Ask): Answer {
  const answer = await ask(fields.join());
  if (answer.ok || !mayBeOneField(answer.error)) return answer;
  const { detail } = answer.error;
  const others = fields.filter((field) => !new RegExp(`(?<![a-z_])${field}(?![a-z_])`).test(detail));
  return others.length === 0 || others.length === fields.length ? answer : askWithoutNamed(others, ask);
}

/**
 * The fields of one object, each of which costs only itself when Meta refuses it: when it does not say which, they are
 * asked for one by one. A refusal of the `id` is one of the object.
 */
export async function askForFields(fields: readonly string[], ask: Ask): Answer {
  const answer = await askWithoutNamed(fields, ask);
  if (answer.ok || !mayBeOneField(answer.error) || !(await ask("id")).ok) return answer;
  const each = await Promise.all(fields.map(ask));
  return ok(Object.assign({}, ...each.map((one) => (one.ok ? one.value : {}))));
}

/** The fields of a list, or at `least` these when Meta does not say which of them it refuses. */
export async function askForList(fields: readonly string[], least: readonly string[], ask: Ask): Answer {
  const answer = await askWithoutNamed(fields, ask);
  if (answer.ok || !mayBeOneField(answer.error)) return answer;
  const fewer = await ask(least.join());
  return fewer.ok || !mayBeOneField(fewer.error) ? fewer : answer;
}

function mayBeOneField({ kind, code, subcode }: CallFailure): boolean {
  if (kind !== "refused" || code === null) return false;
  if (code === INVALID_PARAMETER) return subcode !== NO_SUCH_OBJECT;
  return code === NOT_PERMITTED || (code >= 200 && code <= 299);
}
