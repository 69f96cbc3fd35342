import { checkButtons, type QuickReply } from "./button-parameters.ts";
import type { GraphFailure } from "./errors.ts";
import { fail, type Media, ok, type Result, type Template } from "./model.ts";
import type { Parameter, SendComponent } from "./send-request.ts";
import { type Anatomy, anatomyOf, MEDIA_FORMATS, renderText, variablesOf } from "./template-components.ts";
import { cleanText } from "./text-rules.ts";

/** Meta's limit of a body once its variables are filled in. */
const BODY_MAX_CHARS = 1024;
const HEADER_MAX_CHARS = 60;

/** What a send makes of a template: the text people read, and the buttons that answer it. */
export interface Rendered {
  body: string;
  quickReplies: QuickReply[];
}

/** Whether a media id can be sent from the number, and as what. */
export type FindMedia = (mediaId: string) => Media | undefined;

const countMismatch = (place: string, given: number, expected: number): GraphFailure => ({
  code: 132000,
  details: `${place}: number of localizable_params (${given}) does not match the expected number of params (${expected})`,
});

/** The values of a text's variables by name, from parameters in order or named, as the template was made. */
function fillVariables(
  place: "header" | "body",
  template: Template,
  text: string | undefined,
  parameters: Parameter[],
): Result<Map<string, string>, GraphFailure> {
  const names = variablesOf(text);
  if (parameters.length !== names.length) return fail(countMismatch(place, parameters.length, names.length));
  const values = new Map<string, string>();
  for (const [at, parameter] of parameters.entries()) {
    const name = template.parameterFormat === "NAMED" ? parameter.parameter_name : names[at];
    if (name === undefined)
      return fail({ code: 132000, details: `${place}: parameter_name is required for every parameter` });
    if (template.parameterFormat === "POSITIONAL" && parameter.parameter_name !== undefined)
      return fail({ code: 132018, details: `${place}: parameter_name is not allowed in a positional template` });
    if (!names.includes(name))
      return fail({ code: 132000, details: `${place}: the template has no parameter of that name` });
    if (values.has(name)) return fail({ code: 132018, details: `${place}: a parameter_name is given twice` });
    const value = textOf(place, parameter);
    if (!value.ok) return value;
    values.set(name, value.value);
  }
  return ok(values);
}

function textOf(place: string, parameter: Parameter): Result<string, GraphFailure> {
  if (parameter.type === "currency" && parameter.currency) return ok(parameter.currency.fallback_value);
  if (parameter.type === "date_time" && parameter.date_time) return ok(parameter.date_time.fallback_value);
  if (parameter.type !== "text")
    return fail({
      code: 132012,
      details: `${place}: Format mismatch, expected TEXT, received ${parameter.type.toUpperCase()}`,
    });
  return cleanText(place, parameter.text);
}

function checkMediaHeader(format: string, parameters: Parameter[], findMedia: FindMedia): GraphFailure | null {
  const [parameter] = parameters;
  const received = parameter?.type.toUpperCase() ?? "UNKNOWN";
  if (!parameter || received !== format)
    return { code: 132012, details: `header: Format mismatch, expected ${format}, received ${received}` };
  if (parameters.length > 1) return countMismatch("header", parameters.length, 1);
  if (format === "LOCATION")
    return parameter.location ? null : { code: 131008, details: "header: location is required" };
  const media = parameter.image ?? parameter.video ?? parameter.document;
  if (!media || (media.id === undefined) === (media.link === undefined))
    return { code: 131008, details: `header: ${parameter.type} needs either an id or a link` };
  if (media.link !== undefined)
    return /^https?:\/\/[^\s]+$/.test(media.link)
      ? null
      : { code: 131009, details: "header: link is not a web address" };
  const stored = findMedia(media.id ?? "");
  if (!stored) return { code: 131009, details: "header: no media with that id belongs to this phone number" };
  const kind = stored.mimeType.startsWith("application/")
    ? "DOCUMENT"
    : (stored.mimeType.split("/")[0] ?? "").toUpperCase();
  return kind === format
    ? null
    : { code: 132012, details: `header: Format mismatch, expected ${format}, received ${kind}` };
}

function checkHeader(
  anatomy: Anatomy,
  template: Template,
  parameters: Parameter[],
  findMedia: FindMedia,
): GraphFailure | null {
  const format = anatomy.header?.format;
  if (format && (MEDIA_FORMATS.includes(format) || format === "LOCATION"))
    return checkMediaHeader(format, parameters, findMedia);
  const values = fillVariables("header", template, anatomy.header?.text, parameters);
  if (!values.ok) return values.error;
  const length = renderText(anatomy.header?.text, values.value).length;
  return length > HEADER_MAX_CHARS
    ? { code: 132005, details: `header: text has ${length} characters, at most 60` }
    : null;
}

/** The parameters of one kind of component; the same kind twice is refused. */
function only(components: SendComponent[], type: string): Result<Parameter[], GraphFailure> {
  const found = components.filter((component) => component.type.toLowerCase() === type);
  if (found.length > 1) return fail({ code: 100, details: `The component ${type} is given more than once.` });
  return ok(found[0]?.parameters ?? []);
}

/** Holds the components of a send against its template and renders the body. */
export function checkParameters(
  template: Template,
  components: SendComponent[],
  findMedia: FindMedia,
): Result<Rendered, GraphFailure> {
  const anatomy = anatomyOf(template.components);
  const stranger = components.find((component) => !["header", "body", "button"].includes(component.type.toLowerCase()));
  if (stranger) return fail({ code: 100, details: `"${stranger.type}" is not a component this template can take.` });

  const headerParameters = only(components, "header");
  if (!headerParameters.ok) return headerParameters;
  const headerFailure = checkHeader(anatomy, template, headerParameters.value, findMedia);
  if (headerFailure) return fail(headerFailure);

  const bodyParameters = only(components, "body");
  if (!bodyParameters.ok) return bodyParameters;
  const values = fillVariables("body", template, anatomy.body?.text, bodyParameters.value);
  if (!values.ok) return values;
  const body = renderText(anatomy.body?.text, values.value);
  if (body.length > BODY_MAX_CHARS)
    return fail({ code: 132005, details: `body: text has ${body.length} characters, at most ${BODY_MAX_CHARS}` });

  const buttons = checkButtons(
    anatomy.buttons,
    components.filter((component) => component.type.toLowerCase() === "button"),
  );
  return buttons.ok ? ok({ body, quickReplies: buttons.value }) : buttons;
}
