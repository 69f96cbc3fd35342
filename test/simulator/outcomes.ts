import type { Behaviour } from "./behaviour.ts";
import type { QuickReply } from "./button-parameters.ts";
import { isPlausible } from "./phone-numbers.ts";
import { type Dice, diceFor } from "./random.ts";

export type WebhookKind = "sent" | "delivered" | "read" | "failed" | "reply";
export type Outcome = "failed" | "sent" | "delivered" | "read" | "replied";

export type Reply =
  | { type: "text"; text: string; withContext: boolean }
  | { type: "button"; text: string; payload: string; withContext: boolean };

/** One webhook that will be posted about a message. */
export interface PlannedWebhook {
  kind: WebhookKind;
  /** The moment it tells of (its `timestamp`). */
  happenedMs: number;
  /** The moment it is posted, the same unless a scenario says otherwise. */
  dueMs: number;
  errorCode?: number;
  reply?: Reply;
}

export interface Plan {
  outcome: Outcome;
  errorCode: number | null;
  webhooks: PlannedWebhook[];
}

/** Milliseconds after acceptance, before the time scale: earliest and latest. */
const DELAYS_MS: Record<WebhookKind, [number, number]> = {
  sent: [300, 1500],
  failed: [500, 3000],
  delivered: [1000, 5000],
  read: [3000, 30_000],
  reply: [5000, 40_000],
};
/** The least time between a step and the next, so that the order of a plan is the order of life. */
const GAP_MS = 200;
/** Of the capped: `sent` came first and `failed` after it. */
const SENT_BEFORE_FAILED_SHARE = 0.2;

const TEXT_REPLIES = [
  "Sim, tenho interesse",
  "Quanto custa?",
  "Obrigado!",
  "Não reconheço, quem é?",
  "Parar",
  "Pode me ligar?",
];

export interface Subject {
  seed: string;
  /** One key per person, whichever way their number is written. */
  person: string;
  templateName: string;
  category: string;
  quickReplies: QuickReply[];
  /** Whether the person wrote within 24 hours; only asked for messages without a template. */
  windowOpen: boolean;
}

/** The code a message to this person will fail with, or null. */
function failureOf(subject: Subject, dice: Dice, behaviour: Behaviour): number | null {
  const byNumber = /^\d+$/.test(subject.person);
  if (byNumber && !isPlausible(subject.person)) return 131026;
  if (diceFor(subject.seed, subject.person)("unreachable") < behaviour.unreachable) return 131026;
  if (subject.category === "" && !subject.windowOpen) return 131047;
  if (subject.category !== "MARKETING") return null;
  if (dice("capped") < behaviour.capped) return 131049;
  return dice("experiment") < behaviour.experiment ? 130472 : null;
}

function replyOf(subject: Subject, dice: Dice, behaviour: Behaviour): Reply {
  const button = subject.quickReplies[Math.floor(dice("which-button") * subject.quickReplies.length)];
  if (button && dice("button-reply") < behaviour.buttonReply)
    return { type: "button", ...button, withContext: dice("context") >= behaviour.contextMissing };
  const text = TEXT_REPLIES[Math.floor(dice("which-text") * TEXT_REPLIES.length)] ?? "";
  // People rarely quote what they answer.
  return { type: "text", text, withContext: dice("quote") < 0.15 };
}

/**
 * What becomes of a message: a pure function of seed, person and template (and the shares in force), so that a test
 * can know beforehand what a campaign must end as. The same template to the same person ends the same way again.
 */
export function planOutcome(subject: Subject, behaviour: Behaviour, acceptedMs: number, timeScale: number): Plan {
  const dice = diceFor(subject.seed, subject.person, subject.templateName);
  const webhooks: PlannedWebhook[] = [];
  let clockMs = 0;
  const step = (kind: WebhookKind, more: Pick<PlannedWebhook, "errorCode" | "reply"> = {}) => {
    const [earliest, latest] = DELAYS_MS[kind];
    // Squared: most people are quick, some are slow.
    clockMs = Math.max(clockMs + GAP_MS, earliest + dice(`${kind}-delay`) ** 2 * (latest - earliest));
    const at = Math.round(acceptedMs + clockMs * timeScale);
    webhooks.push({ kind, happenedMs: at, dueMs: at, ...more });
  };

  const errorCode = failureOf(subject, dice, behaviour);
  if (errorCode !== null) {
    if (errorCode === 131049 && dice("sent-first") < SENT_BEFORE_FAILED_SHARE) step("sent");
    step("failed", { errorCode });
    return { outcome: "failed", errorCode, webhooks };
  }
  step("sent");
  if (dice("delivered") < behaviour.neverDelivered) return { outcome: "sent", errorCode: null, webhooks };
  const isRead = dice("read") < behaviour.read;
  if (!isRead || dice("read-at-once") >= behaviour.readAtOnce) step("delivered");
  if (!isRead) return { outcome: "delivered", errorCode: null, webhooks };
  step("read");
  if (dice("replied") >= behaviour.replied) return { outcome: "read", errorCode: null, webhooks };
  step("reply", { reply: replyOf(subject, dice, behaviour) });
  return { outcome: "replied", errorCode: null, webhooks };
}
