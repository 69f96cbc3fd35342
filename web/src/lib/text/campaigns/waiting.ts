import type { WaitKind } from "$core/sending/waiting.ts";
import type { Wait } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";
import { reasonText, reasonTodo } from "./reasons.ts";

interface Words {
  title: () => string;
  text: (wait: Wait) => string;
  /** `info`: part of the plan; `bad`: something is broken. */
  tone: "info" | "warn" | "bad";
}

const paused: Words = {
  title: m.campaign_paused_because,
  text: ({ reason = "by_user" }) => `${reasonText(reason)} ${reasonTodo(reason)}`,
  tone: "warn",
};

/** What a campaign waits for: a title, what it means, how much it matters. */
const words: Record<WaitKind, Words> = {
  pinned_line_blocked: { title: m.waiting_pinned, text: m.waiting_pinned_text, tone: "warn" },
  account_restricted: { title: m.waiting_account, text: m.waiting_account_text, tone: "warn" },
  no_line_left: {
    title: m.campaign_paused_because,
    text: () => `${reasonText("no_line_left")} ${reasonTodo("no_line_left")}`,
    tone: "warn",
  },
  line_resting: { title: m.waiting_line, text: m.waiting_line_text, tone: "warn" },
  limit_spent: { title: m.waiting_limit, text: m.waiting_limit_text, tone: "warn" },
  rate_shared: { title: m.waiting_rate, text: m.waiting_rate_text, tone: "info" },
  sending_window: {
    title: m.campaign_outside_window,
    text: ({ until }) => (until ? "" : m.campaign_never_returns()),
    tone: "info",
  },
  next_wave: { title: m.waiting_wave, text: () => "", tone: "info" },
  wave_unchecked: { title: m.waiting_unchecked, text: m.waiting_unchecked_text, tone: "warn" },
  wave_gate: paused,
  later_try: { title: m.waiting_later, text: m.waiting_later_text, tone: "info" },
  queue_delayed: { title: m.waiting_queue, text: m.waiting_queue_text, tone: "warn" },
  internal_error: { title: m.waiting_internal, text: m.waiting_internal_text, tone: "bad" },
  paused,
  stalled: { title: m.waiting_stalled, text: m.waiting_stalled_text, tone: "bad" },
};

export const waitTitle = ({ kind }: Wait): string => words[kind].title();
export const waitText = (wait: Wait): string => words[wait.kind].text(wait);
/** A window that does not open any more is no plan. */
export const waitTone = ({ kind, until }: Wait): Words["tone"] =>
  kind === "sending_window" && !until ? "warn" : words[kind].tone;

/** Why one line can't send. */
export const lineReason = (reason: string): string =>
  reason === "line_gone" ? m.waiting_line_gone() : reasonText(reason);

/** Worth a word in a list of campaigns: neither part of the plan, nor said by the status already. */
export const standsOut = (wait: Wait): boolean => waitTone(wait) !== "info" && !wait.actions.includes("resume");
