import { escalate, ruleFor } from "#core/meta/error-rules.ts";
import type { PauseAlert, SendAction } from "#core/meta/error-types.ts";
import { delayMs } from "#core/shared/backoff.ts";

/** What a refused send means for its recipient and its campaign; lines are the portfolio's business (`lineIncident`). */
export interface RefusalOutcome {
  row:
    | { kind: "fail" }
    /** Back to waiting. `pin` keeps the line, for a person to decide. `spendsWait` uses up the one long wait. */
    | { kind: "wait"; notBefore: number; pin: boolean; spendsWait: boolean }
    /** Nobody knows whether the message left: unconfirmed, as if no answer had come. */
    | { kind: "lost" };
  pause: { reason: string; alert: PauseAlert } | null;
  optOut: boolean;
  /** Counts toward "unreachable". */
  strike: boolean;
}

export interface RefusalContext {
  code: number | null;
  /** The message may have left although Meta answered with an error (`isAmbiguous`). */
  mayHaveLeft?: boolean | undefined;
  /** Refused sends to this recipient so far, this one included. */
  tries: number;
  /** Long waits (131049) it has had. */
  waited: number;
  /** When the campaign's last wave falls due, ms: nobody's long wait makes a campaign longer than it is. */
  lastWaveAt: number;
  /** How many rows of this campaign on this line this code has ended in a row, this one included. */
  consecutiveSame: number;
  now: number;
  random: number;
}

/** A message that may have left is tried again only after this long: its first status would have come by then. */
const STATUS_COMES_MS = 120_000;
const AMBIGUOUS_TRIES = 2;

/** A recipient refused this often for whatever passing reason is given up: nothing may circle for ever. */
export const MAX_TRIES = 25;

export function decideRefusal(context: RefusalContext): RefusalOutcome {
  const action = escalate(context.code, context.consecutiveSame, "answer");
  const outcome = (row: RefusalOutcome["row"], more: Partial<RefusalOutcome> = {}): RefusalOutcome => ({
    row,
    pause: null,
    optOut: false,
    strike: false,
    ...more,
  });
  const wait = (ms: number, pin = false, spendsWait = false): RefusalOutcome["row"] =>
    context.tries >= MAX_TRIES ? { kind: "fail" } : { kind: "wait", notBefore: context.now + ms, pin, spendsWait };
  // A status that comes meanwhile ends the waiting.
  if (context.mayHaveLeft) return outcome(context.tries > AMBIGUOUS_TRIES ? { kind: "lost" } : wait(STATUS_COMES_MS));
  switch (action.kind) {
    case "retry":
      if (context.tries >= action.maxTries) return outcome({ kind: "fail" });
      return outcome(wait(delayMs(action.backoff, context.tries, context.random)));
    case "slow_line":
      return outcome({
        kind: "wait",
        notBefore: context.now + delayMs(action.backoff, context.tries, context.random),
        pin: false,
        spendsWait: false,
      });
    case "cool_down_line":
      return outcome(wait(0, !action.moveRecipient));
    case "suspend_account":
      return outcome(wait(0));
    case "wait_recipient":
      if (!mayWait(action, context)) return outcome({ kind: "fail" });
      return outcome(wait(action.waitMs, false, true));
    case "pause_campaign":
      return outcome(wait(0), { pause: { reason: action.reason, alert: action.alert } });
    case "opt_out":
      return outcome({ kind: "fail" }, { optOut: true });
    case "fail_recipient":
      return outcome({ kind: "fail" }, { strike: action.strike });
  }
}

/** Whether a recipient may have its one long wait: once, and only while the campaign goes on anyway. */
export function mayWait(
  { waitMs, maxTries }: Extract<SendAction, { kind: "wait_recipient" }>,
  { waited, now, lastWaveAt }: Pick<RefusalContext, "waited" | "now" | "lastWaveAt">,
): boolean {
  return waited < maxTries && now + waitMs <= lastWaveAt;
}

/** What a code says about the line it came on; null when the line is not at fault. */
export type Incident =
  /** So many calls were too fast. */
  | { kind: "slow"; calls: number }
  | { kind: "cooldown"; untilMs: number | null; reason: string; alert: "line_blocked" | null }
  | { kind: "suspend_account"; reason: string; alert: "account_restricted" };

export function lineIncident(code: number | null, via: "answer" | "webhook", now: number): Incident | null {
  const rule = ruleFor(code);
  const action: SendAction = via === "answer" ? rule.onAnswer : rule.onWebhook;
  switch (action.kind) {
    case "slow_line":
      return { kind: "slow", calls: 1 };
    case "cool_down_line":
      return {
        kind: "cooldown",
        untilMs: action.cooldownMs === null ? null : now + action.cooldownMs,
        reason: action.reason,
        alert: action.alert,
      };
    case "suspend_account":
      return { kind: "suspend_account", reason: action.reason, alert: action.alert };
    default:
      return null;
  }
}
