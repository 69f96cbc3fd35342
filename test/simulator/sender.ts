import type { Accounts } from "./accounts.ts";
import { cutAnswer, gatewayError, hang, refused, sleep } from "./answers.ts";
import type { Behaviour } from "./behaviour.ts";
import type { Settings } from "./env.ts";
import { badToken, type GraphFailure } from "./errors.ts";
import { newWamid } from "./identifiers.ts";
import type { MessageLog } from "./message-log.ts";
import type { Phone, Template } from "./model.ts";
import { planOutcome } from "./outcomes.ts";
import { waIdOf } from "./phone-numbers.ts";
import { RateWindow } from "./rate-window.ts";
import type { ScenarioStore } from "./scenario-store.ts";
import type { AnswerFault, Faults } from "./scenarios.ts";
import { type ValidSend, validateSend } from "./validate-send.ts";
import { bend, hold } from "./webhook-faults.ts";
import type { WebhookPump } from "./webhook-pump.ts";

/** How long an answer waits for the webhook that is to come before it. */
const BEFORE_ANSWER_TIMEOUT_MS = 3000;

interface SenderParts {
  settings: Settings;
  accounts: Accounts;
  log: MessageLog;
  scenarios: ScenarioStore;
  pump: WebhookPump;
  behaviour: () => Behaviour;
  /** Makes the lasting change that some faults begin with. */
  turn: (phone: Phone, template: Template | null, fault: AnswerFault | null) => void;
}

/** `POST /{phone-id}/messages`: check, count, record, and only then answer. */
export class Sender {
  private readonly windows = new Map<string, RateWindow>();

  constructor(private readonly parts: SenderParts) {
    for (const { phoneId, atMs } of parts.log.arrivalsSince(Date.now() - 1000)) this.windowOf(phoneId).add(atMs);
  }

  async send(phone: Phone, body: unknown): Promise<Response> {
    const { accounts, scenarios, settings } = this.parts;
    const nowMs = Date.now();
    const valid = validateSend(body, {
      phone,
      findTemplates: (name) => accounts.templatesNamed(phone.wabaId, name),
      findMedia: (id) => accounts.media.where((media) => media.id === id && media.phoneId === phone.id)[0],
    });
    const answerAtMs = nowMs + settings.latencyMs * (0.7 + 0.6 * Math.random());
    if (!valid.ok) return this.refuse(phone, body, valid.error, nowMs, answerAtMs);

    const window = this.windowOf(phone.id);
    if (window.isFull(nowMs, phone.rate)) {
      const details = `Message failed to send because more than ${phone.rate} messages were sent from this phone number in a second.`;
      return this.refuse(phone, body, { code: 130429, details }, nowMs, answerAtMs);
    }
    const { recipient, callbackData, template } = valid.value;
    const faults = scenarios.apply({ phoneId: phone.id, to: recipient, callbackData, atMs: nowMs });
    this.parts.turn(phone, template, faults.answer);
    const blocked = withoutAcceptance(faults.answer);
    if (blocked) {
      await this.recordRefusal(phone, body, blocked.recorded, nowMs);
      await sleep(answerAtMs - Date.now());
      return blocked.answer();
    }
    window.add(nowMs);
    return this.accept(phone, valid.value, faults, nowMs, answerAtMs);
  }

  private async accept(
    phone: Phone,
    send: ValidSend,
    faults: Faults,
    nowMs: number,
    answerAtMs: number,
  ): Promise<Response> {
    const { log, settings, pump, behaviour } = this.parts;
    const seq = log.nextSeq();
    const waId = send.isUserId ? null : waIdOf(settings.seed, send.recipient);
    const wamid = newWamid(waId ?? send.recipient.slice(0, 12), "outgoing");
    const category = send.template?.category ?? "";
    const subject = {
      seed: settings.seed,
      person: send.person,
      templateName: send.template?.name ?? "",
      category,
      quickReplies: send.quickReplies,
      windowOpen: send.template === null && log.hasWindow(phone.id, send.person, nowMs),
    };
    let plan = planOutcome(subject, behaviour(), nowMs, settings.timeScale);
    for (const fault of faults.webhooks) plan = bend(plan, fault, nowMs, settings.timeScale);
    if (faults.answer?.kind === "held") plan = hold(plan, faults.answer, nowMs);
    await log.accept({
      seq,
      atMs: nowMs,
      phoneId: phone.id,
      recipient: send.recipient,
      person: send.person,
      waId,
      wamid,
      callbackData: send.callbackData,
      template: send.template?.name ?? null,
      language: send.template?.language ?? null,
      category,
      body: send.body,
      plan,
    });
    if (faults.webhooks.some((fault) => fault.kind === "before_answer"))
      await pump.untilTold(seq, BEFORE_ANSWER_TIMEOUT_MS);
    await sleep(answerAtMs + (faults.answer?.kind === "delay" ? faults.answer.ms : 0) - Date.now());
    return (
      afterAcceptance(faults.answer) ??
      Response.json({
        messaging_product: "whatsapp",
        contacts: [{ input: send.input, ...(waId === null ? { user_id: send.recipient } : { wa_id: waId }) }],
        messages: [
          { id: wamid, message_status: faults.answer?.kind === "held" ? "held_for_quality_assessment" : "accepted" },
        ],
      })
    );
  }

  private async refuse(
    phone: Phone,
    body: unknown,
    failure: GraphFailure,
    nowMs: number,
    answerAtMs: number,
  ): Promise<Response> {
    await this.recordRefusal(phone, body, failure, nowMs);
    await sleep(answerAtMs - Date.now());
    return refused(failure);
  }

  private recordRefusal(phone: Phone, body: unknown, failure: GraphFailure, nowMs: number): Promise<void> {
    const details = failure.details ?? failure.message ?? null;
    return this.parts.log.refuse({ atMs: nowMs, phoneId: phone.id, ...claimed(body), code: failure.code, details });
  }

  private windowOf(phoneId: string): RateWindow {
    const window = this.windows.get(phoneId) ?? new RateWindow();
    this.windows.set(phoneId, window);
    return window;
  }
}

/** What a body that may be anything says of itself, for the record of refusals. */
function claimed(body: unknown): { recipient: string | null; callbackData: string | null; template: string | null } {
  const text = (holder: unknown, key: string): string | null => {
    const value: unknown = typeof holder === "object" && holder !== null ? Reflect.get(holder, key) : null;
    return typeof value === "string" ? value : null;
  };
  const template: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "template") : null;
  return {
    recipient: text(body, "to") ?? text(body, "recipient"),
    callbackData: text(body, "biz_opaque_callback_data"),
    template: text(template, "name"),
  };
}

/** Faults that keep the message from being accepted; calls that end in an HTTP failure are recorded under their HTTP status. */
function withoutAcceptance(
  fault: AnswerFault | null,
): { recorded: GraphFailure; answer: () => Response | Promise<Response> } | null {
  if (fault?.kind === "error") {
    const failure: GraphFailure = {
      code: fault.code,
      details: fault.details ?? "Asked for by a scenario.",
      ...(fault.httpStatus === undefined ? {} : { httpStatus: fault.httpStatus }),
    };
    return { recorded: failure, answer: () => refused(failure) };
  }
  const turned = refusalOfTurn(fault);
  if (turned) return { recorded: turned, answer: () => refused(turned) };
  if (fault?.kind === "hang" && !fault.accepted) return { recorded: { code: 504, details: "hang" }, answer: hang };
  if (fault?.kind === "html_502" && !fault.accepted)
    return { recorded: { code: 502, details: "html_502" }, answer: () => gatewayError(502) };
  if (fault?.kind === "http_5xx" && !fault.accepted) {
    const { httpStatus } = fault;
    return { recorded: { code: httpStatus, details: "http_5xx" }, answer: () => serverError(httpStatus) };
  }
  return null;
}

/** What the call that a lasting change begins with is refused with: the same as all that follow it. */
function refusalOfTurn(fault: AnswerFault | null): GraphFailure | null {
  switch (fault?.kind) {
    case "token_revoked":
      return badToken;
    case "number_blocked":
      return { code: fault.code, details: "Asked for by a scenario." };
    case "template_paused":
      return { code: 132015, details: "Asked for by a scenario." };
    default:
      return null;
  }
}

/** The answer to an accepted call when it is not the usual one. */
function afterAcceptance(fault: AnswerFault | null): Response | Promise<Response> | null {
  if (fault?.kind === "accept_then_cut") return cutAnswer();
  if (fault?.kind === "hang") return hang();
  if (fault?.kind === "html_502") return gatewayError(502);
  return fault?.kind === "http_5xx" ? serverError(fault.httpStatus) : null;
}

const serverError = (httpStatus: number): Response =>
  refused({ code: httpStatus === 503 ? 131016 : 131000, details: "Asked for by a scenario.", httpStatus });
