import type { GraphFailure } from "./errors.ts";
import { fail, ok, type Result } from "./model.ts";
import type { SendComponent } from "./send-request.ts";
import { type Button, variablesOf } from "./template-components.ts";
import { cleanText } from "./text-rules.ts";

const COUPON_MAX_CHARS = 20;
const PAYLOAD_MAX_CHARS = 256;

/** A button whose press comes back as a message. */
export interface QuickReply {
  text: string;
  payload: string;
}

/** How a send names a kind of button: `sub_type` of the component, `type` of its one parameter. */
const CALLED: Record<string, { subType: string; parameter: string }> = {
  QUICK_REPLY: { subType: "quick_reply", parameter: "payload" },
  URL: { subType: "url", parameter: "text" },
  OTP: { subType: "url", parameter: "text" },
  COPY_CODE: { subType: "copy_code", parameter: "coupon_code" },
  FLOW: { subType: "flow", parameter: "action" },
  CATALOG: { subType: "catalog", parameter: "action" },
  MPM: { subType: "mpm", parameter: "action" },
};

const needsParameter = (button: Button): boolean =>
  button.type === "OTP" || button.type === "COPY_CODE" || (button.type === "URL" && variablesOf(button.url).length > 0);

function placeOf(component: SendComponent, count: number): Result<number, GraphFailure> {
  const index = Number(component.index ?? Number.NaN);
  if (component.index === undefined) return fail({ code: 131008, details: "button: index is required" });
  return Number.isInteger(index) && index >= 0 && index < count
    ? ok(index)
    : fail({ code: 131009, details: `button: the template has no button at index ${component.index}` });
}

function checkParameter(button: Button, component: SendComponent, place: string): GraphFailure | null {
  const called = CALLED[button.type];
  const subType = component.sub_type?.toLowerCase();
  if (subType === undefined) return { code: 131008, details: `${place}: sub_type is required` };
  if (!called || called.subType !== subType)
    return {
      code: 132012,
      details: `${place}: Format mismatch, expected ${called?.subType ?? "no parameter"}, received ${subType}`,
    };
  const [parameter] = component.parameters ?? [];
  if (!parameter) return { code: 131008, details: `${place} of type ${button.type} requires a parameter` };
  if ((component.parameters?.length ?? 0) > 1) return { code: 132000, details: `${place}: takes one parameter` };
  if (parameter.type !== called.parameter)
    return {
      code: 132012,
      details: `${place}: Format mismatch, expected ${called.parameter}, received ${parameter.type}`,
    };
  if (called.parameter === "text" && !needsParameter(button))
    return { code: 132000, details: `${place}: the address has no variable` };
  if (called.parameter === "text") {
    const text = cleanText(place, parameter.text);
    return text.ok ? null : text.error;
  }
  if (called.parameter === "coupon_code") return checkLength(place, parameter.coupon_code, COUPON_MAX_CHARS);
  if (called.parameter === "payload") return checkLength(place, parameter.payload, PAYLOAD_MAX_CHARS);
  return null;
}

function checkLength(place: string, value: string | undefined, maxChars: number): GraphFailure | null {
  if (!value) return { code: 131008, details: `${place}: the parameter is empty` };
  return value.length > maxChars ? { code: 131009, details: `${place}: at most ${maxChars} characters` } : null;
}

/** Every button that needs a parameter has one of its kind; answers the quick replies with their payloads. */
export function checkButtons(buttons: Button[], components: SendComponent[]): Result<QuickReply[], GraphFailure> {
  const given = new Map<number, SendComponent>();
  for (const component of components) {
    const index = placeOf(component, buttons.length);
    if (!index.ok) return index;
    if (given.has(index.value)) return fail({ code: 131009, details: `button: index ${index.value} is given twice` });
    given.set(index.value, component);
  }
  const quickReplies: QuickReply[] = [];
  for (const [index, button] of buttons.entries()) {
    const component = given.get(index);
    const place = `Button at index ${index}`;
    if (!component && needsParameter(button))
      return fail({ code: 131008, details: `${place} of type ${button.type} requires a parameter` });
    const failure = component ? checkParameter(button, component, place) : null;
    if (failure) return fail(failure);
    const text = button.text ?? "";
    // Left out, the payload of a press is the button's own text.
    if (button.type === "QUICK_REPLY")
      quickReplies.push({ text, payload: component?.parameters?.[0]?.payload ?? text });
  }
  return ok(quickReplies);
}
