import { z } from "zod";
import { digitsOf } from "./phone-numbers.ts";
import { draw } from "./random.ts";

/** Which calls a scenario concerns: all the conditions given must hold. Only calls that would be accepted are looked at. */
const matchSchema = z.strictObject({
  phoneId: z.string().optional(),
  /** The recipient, however the number is written. */
  to: z
    .string()
    .transform((to) => digitsOf(to) ?? to)
    .optional(),
  /** Part of the call's callback data, such as the id of a campaign. */
  callback: z.string().min(1).optional(),
  /** Only the nth call (from 1) that meets the conditions above. */
  nth: z.number().int().min(1).optional(),
  /** Every such call whose number can be divided by this. */
  every: z.number().int().min(1).optional(),
  /** This share of such calls, the same calls by number for the same seed and name. */
  share: z.number().min(0).max(1).optional(),
  /** Window, in milliseconds since the scenario was put or added. */
  fromMs: z.number().min(0).optional(),
  toMs: z.number().min(0).optional(),
  /** Fires at most so often. */
  count: z.number().int().min(1).optional(),
});

const accepted = z.boolean().default(false);

/** What goes wrong with the answer. */
const answerFaultSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("accept_then_cut") }),
  z.strictObject({ kind: z.literal("delay"), ms: z.number().min(0) }),
  z.strictObject({ kind: z.literal("hang"), accepted }),
  z.strictObject({
    kind: z.literal("http_5xx"),
    httpStatus: z.number().int().min(500).max(599).default(503),
    accepted,
  }),
  z.strictObject({ kind: z.literal("html_502"), accepted }),
  z.strictObject({
    kind: z.literal("error"),
    code: z.number().int(),
    details: z.string().optional(),
    httpStatus: z.number().int().min(400).max(599).optional(),
  }),
  /** Accepted as `held_for_quality_assessment`: released after `ms`, or failed then with `code`. */
  z.strictObject({ kind: z.literal("held"), ms: z.number().min(0), code: z.number().int().optional() }),
  /** From this call on, and until somebody changes it back, the number's token is refused (190)… */
  z.strictObject({ kind: z.literal("token_revoked") }),
  /** …the number is refused with this code… */
  z.strictObject({ kind: z.literal("number_blocked"), code: z.number().int().default(131048) }),
  /** …or the template is paused (132015), which is told by webhook too. */
  z.strictObject({ kind: z.literal("template_paused") }),
]);

/** What goes wrong with what follows an accepted call. */
const webhookFaultSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("async_failed"), code: z.number().int() }),
  z.strictObject({ kind: z.literal("late"), ms: z.number().min(0) }),
  z.strictObject({ kind: z.literal("doubled") }),
  z.strictObject({ kind: z.literal("reversed") }),
  z.strictObject({ kind: z.literal("before_answer") }),
  z.strictObject({ kind: z.literal("never") }),
]);

export type AnswerFault = z.infer<typeof answerFaultSchema>;
export type WebhookFault = z.infer<typeof webhookFaultSchema>;

export const scenarioSchema = z.strictObject({
  name: z.string().optional(),
  match: matchSchema.default({}),
  fault: z.union([answerFaultSchema, webhookFaultSchema]),
});
export type Scenario = z.infer<typeof scenarioSchema>;

/** A scenario in force: since when, how many calls met its conditions, and how often it fired. */
export type ActiveScenario = Scenario & { putAtMs: number; seen: number; fired: number };

export interface Call {
  phoneId: string;
  to: string;
  callbackData: string | null;
  atMs: number;
}

export interface Faults {
  answer: AnswerFault | null;
  webhooks: WebhookFault[];
  /** Positions of the scenarios that fired. */
  fired: number[];
}

const isAnswerFault = (fault: AnswerFault | WebhookFault): fault is AnswerFault =>
  answerFaultSchema.options.some((option) => option.shape.kind.value === fault.kind);

const concerns = ({ match, putAtMs }: ActiveScenario, call: Call): boolean =>
  (match.phoneId === undefined || match.phoneId === call.phoneId) &&
  (match.to === undefined || match.to === call.to) &&
  (match.callback === undefined || (call.callbackData ?? "").includes(match.callback)) &&
  call.atMs - putAtMs >= (match.fromMs ?? 0) &&
  call.atMs - putAtMs < (match.toMs ?? Number.POSITIVE_INFINITY);

const isDue = ({ match, fired, name }: ActiveScenario, seen: number, seed: string, position: number): boolean =>
  (match.count === undefined || fired < match.count) &&
  (match.nth === undefined || seen === match.nth) &&
  (match.every === undefined || seen % match.every === 0) &&
  (match.share === undefined || draw(seed, "scenario", name ?? position, seen) < match.share);

/**
 * The faults that befall a call, and the scenarios as they stand after it. The first scenario to fire decides the
 * answer; faults of webhooks add up.
 */
export function applyScenarios(
  scenarios: readonly ActiveScenario[],
  call: Call,
  seed: string,
): { faults: Faults; scenarios: ActiveScenario[] } {
  const faults: Faults = { answer: null, webhooks: [], fired: [] };
  const after = scenarios.map((scenario, position) => {
    if (!concerns(scenario, call)) return scenario;
    const seen = scenario.seen + 1;
    const answers = isAnswerFault(scenario.fault);
    if (!isDue(scenario, seen, seed, position) || (answers && faults.answer)) return { ...scenario, seen };
    if (isAnswerFault(scenario.fault)) faults.answer = scenario.fault;
    else faults.webhooks.push(scenario.fault);
    faults.fired.push(position);
    return { ...scenario, seen, fired: scenario.fired + 1 };
  });
  return { faults, scenarios: after };
}
