import type { QuickReply } from "./button-parameters.ts";
import type { GraphFailure } from "./errors.ts";
import { fail, ok, type Phone, type Result, type Template } from "./model.ts";
import { canonicalDigits, digitsOf } from "./phone-numbers.ts";
import { parseSendRequest, type SendRequest } from "./send-request.ts";
import { checkParameters, type FindMedia } from "./template-parameters.ts";

/** A call that may be accepted, in the terms of the simulator. */
export interface ValidSend {
  /** What the caller wrote in `to` or `recipient`; it is echoed. */
  input: string;
  /** Digits, or a business-scoped user id. */
  recipient: string;
  /** One key per person, whichever way they are written. */
  person: string;
  isUserId: boolean;
  callbackData: string | null;
  template: Template | null;
  body: string;
  quickReplies: QuickReply[];
}

/** What a send is held against. `findTemplates` answers every language of the name in the number's account. */
export interface SendContext {
  phone: Phone;
  findTemplates: (name: string) => Template[];
  findMedia: FindMedia;
}

/** Kinds of message that exist but that this simulator does not play. */
const OTHER_TYPES = [
  "image",
  "video",
  "audio",
  "document",
  "sticker",
  "location",
  "contacts",
  "interactive",
  "reaction",
];

const SEND_STATUSES = ["CONNECTED", "FLAGGED"];
const STATUS_CODES: Record<string, number> = { BANNED: 131031, RESTRICTED: 131048, RATE_LIMITED: 131048 };

/** Why the number cannot send at all, or null. */
function phoneFailure(phone: Phone): GraphFailure | null {
  if (phone.blockedCode !== null)
    return { code: phone.blockedCode, details: "This phone number may not send messages now." };
  if (SEND_STATUSES.includes(phone.status)) return null;
  return { code: STATUS_CODES[phone.status] ?? 133010, details: `The phone number is ${phone.status}.` };
}

function recipientOf(
  request: SendRequest,
  phone: Phone,
): Result<Pick<ValidSend, "input" | "recipient" | "person" | "isUserId">, GraphFailure> {
  // With both, the phone number wins.
  if (request.to === undefined && request.recipient !== undefined) {
    const valid = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/.test(request.recipient);
    if (!valid) return fail({ code: 131009, details: "Param recipient is not a user id." });
    return ok({ input: request.recipient, recipient: request.recipient, person: request.recipient, isUserId: true });
  }
  if (request.to === undefined) return fail({ code: 131009, details: "The parameter to is required." });
  const digits = digitsOf(request.to);
  if (digits === null) return fail({ code: 131009, details: "Param to is not a phone number." });
  const person = canonicalDigits(digits);
  if (person === canonicalDigits(phone.display.replace(/\D/g, "")))
    return fail({ code: 131021, details: "Sender and recipient phone number cannot be the same." });
  return ok({ input: request.to, recipient: digits, person, isUserId: false });
}

function templateFor(request: SendRequest, context: SendContext): Result<Template, GraphFailure> {
  if (!request.template) return fail({ code: 131008, details: "The parameter template is required." });
  const { name, language } = request.template;
  const languages = context.findTemplates(name);
  const template = languages.find((candidate) => candidate.language === language.code);
  if (!template)
    return fail({
      code: 132001,
      details: languages.length
        ? `template name (${name}) does not exist in ${language.code}`
        : `template name (${name}) does not exist`,
    });
  if (template.status === "PAUSED") return fail({ code: 132015, details: `template name (${name}) is paused` });
  if (template.status === "DISABLED") return fail({ code: 132016, details: `template name (${name}) is disabled` });
  if (template.status !== "APPROVED")
    return fail({ code: 132001, details: `template name (${name}) is not approved in ${language.code}` });
  return ok(template);
}

/** Everything Meta checks before it accepts, except the rate. Pure: the same call and state, the same answer. */
export function validateSend(body: unknown, context: SendContext): Result<ValidSend, GraphFailure> {
  const parsed = parseSendRequest(body);
  if (!parsed.ok) return parsed;
  const request = parsed.value;
  const blocked = phoneFailure(context.phone);
  if (blocked) return fail(blocked);
  if (request.recipient_type === "group") return fail({ code: 131051, details: "Groups are not simulated." });
  const recipient = recipientOf(request, context.phone);
  if (!recipient.ok) return recipient;
  const callbackData = request.biz_opaque_callback_data ?? null;

  const type = request.type ?? "text";
  if (type === "text") {
    if (!request.text) return fail({ code: 131008, details: "The parameter text is required." });
    return ok({ ...recipient.value, callbackData, template: null, body: request.text.body, quickReplies: [] });
  }
  if (OTHER_TYPES.includes(type)) return fail({ code: 131051, details: `Messages of type ${type} are not simulated.` });
  if (type !== "template") return fail({ code: 100, details: "Param type is not one of the values it may have." });

  const template = templateFor(request, context);
  if (!template.ok) return template;
  const rendered = checkParameters(template.value, request.template?.components ?? [], context.findMedia);
  if (!rendered.ok) return rendered;
  return ok({ ...recipient.value, callbackData, template: template.value, ...rendered.value });
}
