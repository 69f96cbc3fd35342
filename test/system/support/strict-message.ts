import { z } from "zod";

/** A template as its account lists it. */
export interface StrictTemplate {
  id: string;
  name: string;
  language: string;
  status: string;
  category: string;
  parameter_format: "POSITIONAL" | "NAMED";
  components: {
    type: string;
    format?: string;
    text?: string;
    buttons?: { type: string; text: string; url?: string }[];
  }[];
}

/** Meta's code with its HTTP status, or what was understood. */
export type Verdict = { ok: true; to: string; callbackData: string | null } | { ok: false; refusal: Refusal };
export interface Refusal {
  status: number;
  code: number;
  details: string;
}

const text = z.string().min(1).max(32_768);
const textParameter = z.strictObject({ type: z.literal("text"), text, parameter_name: z.string().min(1).optional() });
const buttonParameter = z.union([
  z.strictObject({ type: z.literal("text"), text }),
  z.strictObject({ type: z.literal("payload"), payload: text }),
]);
const index = z.union([z.string().regex(/^\d$/), z.int().min(0).max(9)]);
const component = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("header"), parameters: z.array(textParameter).length(1) }),
  z.strictObject({ type: z.literal("body"), parameters: z.array(textParameter).min(1) }),
  z.strictObject({
    type: z.literal("button"),
    sub_type: z.enum(["url", "quick_reply"]),
    index,
    parameters: z.array(buttonParameter).length(1),
  }),
]);
/** Only what is documented for a template message, in the documented shapes. */
const message = z.strictObject({
  messaging_product: z.literal("whatsapp"),
  recipient_type: z.literal("individual").optional(),
  to: z.string().regex(/^\+?[1-9]\d{9,14}$/),
  type: z.literal("template"),
  biz_opaque_callback_data: z.string().min(1).max(512).optional(),
  template: z.strictObject({
    name: z.string(),
    language: z.strictObject({ code: z.string(), policy: z.literal("deterministic").optional() }),
    components: z.array(component).optional(),
  }),
});
type Message = z.infer<typeof message>;

const refuse = (status: number, code: number, details: string): Verdict => ({
  ok: false,
  refusal: { status, code, details },
});

/** Judges the body of a send as Meta would: first its shape, then against the template it names. */
export function judge(body: unknown, templates: StrictTemplate[]): Verdict {
  const parsed = message.safeParse(body);
  if (!parsed.success) return refuse(400, 100, z.prettifyError(parsed.error));
  const { template, to, biz_opaque_callback_data } = parsed.data;
  const found = templates.find(({ name, language }) => name === template.name && language === template.language.code);
  if (found?.status !== "APPROVED") return refuse(404, 132001, "template name does not exist in the language");

  const components = template.components ?? [];
  for (const type of ["HEADER", "BODY"] as const) {
    const wanted = variablesOf(found.components.find((each) => each.type === type)?.text ?? "");
    const given = components.filter((each) => each.type === type.toLowerCase());
    const parameters = given.flatMap((each) => (each.type === "button" ? [] : each.parameters));
    if (given.length > 1 || parameters.length !== wanted.length)
      return refuse(400, 132000, `${type}: ${parameters.length} parameters, the template has ${wanted.length}`);
    const names = parameters.map((each) => each.parameter_name);
    if (found.parameter_format === "NAMED" && wanted.some((name) => !names.includes(name)))
      return refuse(400, 100, `${type}: parameter_name is missing or unknown`);
    if (found.parameter_format === "POSITIONAL" && names.some((name) => name !== undefined))
      return refuse(400, 100, `${type}: parameter_name in a positional template`);
    if (parameters.some((each) => /[\n\t]| {5}/.test(each.text)))
      return refuse(400, 132012, "a parameter has a line break, a tab or more than four blanks");
  }
  const wrong = wrongButton(components, found);
  return wrong ?? { ok: true, to, callbackData: biz_opaque_callback_data ?? null };
}

/** Each button with a variable has its component, each component its button. */
function wrongButton(components: Message["template"]["components"], template: StrictTemplate): Verdict | null {
  const buttons = template.components.find(({ type }) => type === "BUTTONS")?.buttons ?? [];
  const given = (components ?? []).flatMap((each) => (each.type === "button" ? [each] : []));
  for (const { sub_type, index, parameters } of given) {
    const button = buttons[Number(index)];
    const kind = parameters[0]?.type;
    if (button?.type !== sub_type.toUpperCase()) return refuse(400, 132012, `button ${index} is no ${sub_type}`);
    if (kind !== (sub_type === "url" ? "text" : "payload")) return refuse(400, 132012, `button ${index}: ${kind}`);
  }
  const missing = buttons.findIndex(
    ({ url }, at) => url?.includes("{{") && given.filter(({ index }) => Number(index) === at).length !== 1,
  );
  return missing === -1 ? null : refuse(400, 131008, `button ${missing} needs its parameter`);
}

const variablesOf = (templateText: string): string[] =>
  [...templateText.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = ""]) => name);
