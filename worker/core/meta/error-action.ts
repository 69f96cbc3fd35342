import { GIVEN_UP, type MetaErrorRule, ruleFor } from "./error-rules.ts";
import type { SendAction } from "./error-types.ts";

/** What became of the message that an error is about. */
export type Disposition =
  /** Meta refused it, and it waits for another try. */
  | "waits"
  /** The same, and the campaign is paused. */
  | "paused"
  /** Meta refused it, and it failed. */
  | "refused"
  /** Meta had accepted it, and told later that it failed. */
  | "failed";

/** What was done about an error, as people read it, in the product's two languages. */
export interface ActionText {
  actionPt: string;
  actionEn: string;
}

const text = (actionPt: string, actionEn: string): ActionText => ({ actionPt, actionEn });
const join = (...parts: ActionText[]): ActionText =>
  text(parts.map((part) => part.actionPt).join(" "), parts.map((part) => part.actionEn).join(" "));

const CAMPAIGN_PAUSED = text("A campanha foi pausada.", "The campaign was paused.");
const LINE_SLOWED = text("A linha passou a enviar mais devagar.", "The line sends more slowly.");
const LINE_COOLS_DOWN = text("A linha descansa por um tempo.", "The line rests for a while.");
const LINE_STOPPED = text("A linha parou de enviar.", "The line stopped sending.");
const ACCOUNT_STOPPED = text(
  "Todas as linhas da conta pararam de enviar.",
  "All lines of the account stopped sending.",
);
const OPT_OUT = text("O opt-out do contato foi registrado.", "The contact's opt-out was recorded.");

const TRIED_LATER = text("A mensagem é enviada de novo mais tarde.", "The message is sent again later.");
const OTHER_LINE = text("A mensagem vai por outra linha.", "The message goes by another line.");
const KEEPS_LINE = text(
  "A mensagem espera por ela, até uma pessoa decidir.",
  "The message waits for it, until a person decides.",
);
const OTHER_ACCOUNT = text(
  "A mensagem espera por uma linha de outra conta.",
  "The message waits for a line of another account.",
);
const WAITS = text("A mensagem espera a retomada.", "The message waits until it is resumed.");
const NEXT_DAY = text(
  "A mensagem é tentada mais uma vez, depois de um dia.",
  "The message gets one more try, a day later.",
);
const NEXT_DAY_FAILED = text(
  "A nova tentativa, depois de um dia, também falhou.",
  "The one more try, a day later, failed as well.",
);
const NEXT_DAY_ONLY = text(
  "A única nova tentativa é depois de um dia, se a campanha ainda estiver em andamento.",
  "The only other try is a day later, if the campaign is still under way.",
);
const GAVE_UP = text(
  "Tentamos mais de uma vez, sem sucesso, e desistimos.",
  "We tried more than once, without success, and gave up.",
);
const NOT_TWICE = text(
  "A Meta já tinha aceitado a mensagem: não é reenviada, para ninguém receber duas vezes.",
  "Meta had accepted the message: it is not sent again, so that nobody gets it twice.",
);
const USELESS = text(
  "Não tentamos outra linha, porque não adianta.",
  "We did not try another line, as that would not help.",
);
const BY_PERSON = text(
  "Uma pessoa da equipe encerrou a espera pela linha bloqueada.",
  "A person of the team ended the wait for the blocked line.",
);
const CAMPAIGN_IF_REPEATED = text(
  "Só este envio falhou; se o erro se repetir em seguida, a campanha é pausada.",
  "Only this send failed; if the error repeats, the campaign is paused.",
);
const LINE_IF_REPEATED = text(
  "Só este envio falhou; se o erro se repetir em seguida, a linha para de enviar.",
  "Only this send failed; if the error repeats, the line stops sending.",
);
const RETRIED_IF_REFUSED = text(
  "O que a Meta recusou na hora foi tentado mais de uma vez; o que já tinha aceitado não é reenviado.",
  "What Meta refused at once was tried more than once; what it had accepted is not sent again.",
);

/** What was done about one message's error. @param code of Meta's; null or unknown ones have a rule too */
export function actionText(code: number | null, disposition: Disposition): ActionText {
  const rule = ruleFor(code);
  switch (disposition) {
    case "paused":
      return join(CAMPAIGN_PAUSED, WAITS);
    case "waits":
      return whileItWaits(waitingAction(rule));
    case "refused":
      return afterRefusal(rule);
    case "failed":
      return afterAcceptance(rule);
  }
}

/** What was done about all messages that failed with this code, in whichever way each of them did. */
export function actionOnFailures(code: number | null): ActionText {
  const rule = ruleFor(code);
  if (rule.onAnswer.kind === "retry") return RETRIED_IF_REFUSED;
  if (rule.onAnswer.kind === "wait_recipient") return NEXT_DAY_ONLY;
  return mayFail(rule.onAnswer) ? afterRefusal(rule) : afterAcceptance(rule);
}

/** Whether an answer with this action ends the recipient at once. */
const mayFail = ({ kind }: SendAction): boolean => kind === "fail_recipient" || kind === "opt_out";

/** A code that fails its row has kept one waiting only where it had repeated too often. */
const waitingAction = ({ onAnswer, onRepeat }: MetaErrorRule): SendAction =>
  mayFail(onAnswer) && onRepeat ? onRepeat : onAnswer;

function whileItWaits(action: SendAction): ActionText {
  switch (action.kind) {
    case "slow_line":
      return join(LINE_SLOWED, TRIED_LATER);
    case "cool_down_line":
      return join(cooldownText(action), action.moveRecipient ? OTHER_LINE : KEEPS_LINE);
    case "suspend_account":
      return join(ACCOUNT_STOPPED, OTHER_ACCOUNT);
    case "pause_campaign":
      return join(CAMPAIGN_PAUSED, WAITS);
    case "wait_recipient":
      return NEXT_DAY;
    default:
      return TRIED_LATER;
  }
}

function afterRefusal({ code, onAnswer, onRepeat }: MetaErrorRule): ActionText {
  if (code === GIVEN_UP) return BY_PERSON;
  switch (onAnswer.kind) {
    case "opt_out":
      return OPT_OUT;
    case "wait_recipient":
      return NEXT_DAY_FAILED;
    case "fail_recipient":
      if (onRepeat === null) return USELESS;
      return onRepeat.kind === "cool_down_line" ? LINE_IF_REPEATED : CAMPAIGN_IF_REPEATED;
    default:
      return GAVE_UP;
  }
}

function afterAcceptance({ onWebhook, changingLineHelps, onRepeat }: MetaErrorRule): ActionText {
  switch (onWebhook.kind) {
    case "slow_line":
      return join(LINE_SLOWED, NOT_TWICE);
    case "cool_down_line":
      return join(cooldownText(onWebhook), NOT_TWICE);
    case "suspend_account":
      return join(ACCOUNT_STOPPED, NOT_TWICE);
    case "pause_campaign":
      return join(CAMPAIGN_PAUSED, NOT_TWICE);
    case "opt_out":
      return OPT_OUT;
    case "wait_recipient":
      return NEXT_DAY_ONLY;
    case "fail_recipient":
      return changingLineHelps || onRepeat ? NOT_TWICE : USELESS;
  }
}

const cooldownText = ({ cooldownMs }: Extract<SendAction, { kind: "cool_down_line" }>): ActionText =>
  cooldownMs === null ? LINE_STOPPED : LINE_COOLS_DOWN;
