import { z } from "zod";
import type { GraphFailure } from "./errors.ts";
import { fail, ok, type Result } from "./model.ts";
import {
  anatomyOf,
  type Button,
  type Component,
  componentSchema,
  MEDIA_FORMATS,
  variablesOf,
} from "./template-components.ts";

const BODY_MAX_CHARS = 1024;
const SHORT_TEXT_MAX_CHARS = 60;
const LABEL_MAX_CHARS = 25;
const URL_MAX_CHARS = 2000;
const BUTTONS_MAX = 10;
const MOST_OF_A_KIND: Record<string, number> = { URL: 2, PHONE_NUMBER: 1, COPY_CODE: 1 };
const BUTTON_TYPES = ["QUICK_REPLY", "URL", "PHONE_NUMBER", "COPY_CODE", "OTP", "FLOW", "CATALOG", "MPM"];

const upper = (value: unknown): unknown => (typeof value === "string" ? value.toUpperCase() : value);

const definitionSchema = z.looseObject({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/),
  language: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/),
  category: z.preprocess(upper, z.enum(["MARKETING", "UTILITY", "AUTHENTICATION"])),
  parameter_format: z.preprocess(upper, z.enum(["POSITIONAL", "NAMED"]).default("POSITIONAL")),
  components: z.array(componentSchema).min(1),
});
export type Definition = z.infer<typeof definitionSchema>;

const invalid = (details: string, subcode?: number): GraphFailure => ({
  code: 100,
  details,
  ...(subcode === undefined ? {} : { subcode }),
});

/** Variables count up from 1, or are lower-case names; never first or last in the text; each with an example. */
function checkText(
  place: string,
  text: string,
  format: Definition["parameter_format"],
  examples: number,
): GraphFailure | null {
  const variables = variablesOf(text);
  if (variables.length && examples < variables.length)
    return invalid(`${place}: every variable needs an example`, 2388043);
  if (format === "POSITIONAL" && variables.some((name, at) => name !== String(at + 1)))
    return invalid(`${place}: variables must be numbered from 1 without gaps`, 2388040);
  if (format === "NAMED" && variables.some((name) => !/^[a-z][a-z0-9_]*$/.test(name)))
    return invalid(`${place}: names of variables are lower-case letters, digits and underscores`, 2388040);
  if (place === "body" && /^\s*\{\{|\}\}\s*$/.test(text))
    return invalid("body: a variable cannot be first or last in the text", 2388299);
  return null;
}

function checkButton(button: Button, at: number): GraphFailure | null {
  const place = `button ${at}`;
  if (!BUTTON_TYPES.includes(button.type)) return invalid(`${place}: unknown type`);
  if (button.type !== "OTP" && button.type !== "COPY_CODE" && !button.text)
    return invalid(`${place}: text is required`);
  if ((button.text?.length ?? 0) > LABEL_MAX_CHARS)
    return invalid(`${place}: text has more than ${LABEL_MAX_CHARS} characters`);
  if (button.type === "PHONE_NUMBER" && !button.phone_number) return invalid(`${place}: phone_number is required`);
  if (button.type !== "URL") return null;
  if (!button.url || button.url.length > URL_MAX_CHARS)
    return invalid(`${place}: url is required, at most ${URL_MAX_CHARS} characters`);
  const variables = variablesOf(button.url);
  if (variables.length > 1 || (variables.length === 1 && !/\{\{[^}]+\}\}$/.test(button.url)))
    return invalid(`${place}: url takes one variable, at its end`);
  return variables.length === 1 && !button.example?.length
    ? invalid(`${place}: the variable needs an example`, 2388043)
    : null;
}

function checkButtonList(buttons: Button[]): GraphFailure | null {
  if (buttons.length > BUTTONS_MAX) return invalid(`more than ${BUTTONS_MAX} buttons`);
  for (const [type, most] of Object.entries(MOST_OF_A_KIND))
    if (buttons.filter((button) => button.type === type).length > most)
      return invalid(`more than ${most} buttons of type ${type}`);
  for (const [at, button] of buttons.entries()) {
    const failure = checkButton(button, at);
    if (failure) return failure;
  }
  return null;
}

function checkParts(definition: Definition): GraphFailure | null {
  const { header, body, footer, buttons } = anatomyOf(definition.components);
  const kinds = definition.components.map((component: Component) => String(component.type));
  if (new Set(kinds).size !== kinds.length) return invalid("a kind of component is given twice", 2388047);
  if (!body?.text && definition.category !== "AUTHENTICATION")
    return invalid("the component BODY with a text is required", 2388039);
  const text = body?.text ?? "";
  if (text.length > BODY_MAX_CHARS) return invalid(`body: more than ${BODY_MAX_CHARS} characters`, 2388040);
  const bodyExamples = body?.example?.body_text?.[0]?.length ?? body?.example?.body_text_named_params?.length ?? 0;
  const bodyFailure = checkText("body", text, definition.parameter_format, bodyExamples);
  if (bodyFailure) return bodyFailure;
  if (header && MEDIA_FORMATS.includes(header.format) && !header.example?.header_handle?.length)
    return invalid("header: a media header needs an example", 2388073);
  if (header?.format === "TEXT") {
    if (!header.text || header.text.length > SHORT_TEXT_MAX_CHARS)
      return invalid("header: a text of at most 60 characters is required", 2388072);
    if (variablesOf(header.text).length > 1) return invalid("header: at most one variable", 2388072);
    const { example } = header;
    const examples = example?.header_text?.length ?? example?.header_text_named_params?.length ?? 0;
    const failure = checkText("header", header.text, definition.parameter_format, examples);
    if (failure) return failure;
  }
  if ((footer?.text?.length ?? 0) > SHORT_TEXT_MAX_CHARS) return invalid("footer: more than 60 characters");
  if (variablesOf(footer?.text).length) return invalid("footer: takes no variables");
  return checkButtonList(buttons);
}

/** A template as it is created, in the rules Meta's review begins with. */
export function checkDefinition(body: unknown): Result<Definition, GraphFailure> {
  const parsed = definitionSchema.safeParse(body);
  if (!parsed.success) {
    const place = parsed.error.issues[0]?.path.join(".") ?? "";
    return fail({
      code: 100,
      message: `(#100) Invalid parameter: ${place}`,
      details: `Param ${place} is missing or not valid.`,
    });
  }
  const failure = checkParts(parsed.data);
  return failure ? fail(failure) : ok(parsed.data);
}
