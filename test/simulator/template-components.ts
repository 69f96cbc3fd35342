import { z } from "zod";

/** Parts of a template as the Graph API takes and gives them. Keys that nobody here looks at are kept as they are. */
const upper = (value: unknown): unknown => (typeof value === "string" ? value.toUpperCase() : value);
const typed = (type: string) => z.preprocess(upper, z.literal(type));

export const HEADER_FORMATS = ["TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION"] as const;
export const MEDIA_FORMATS: readonly string[] = ["IMAGE", "VIDEO", "DOCUMENT"];

const namedExample = z.object({ param_name: z.string(), example: z.string() });

export const buttonSchema = z.looseObject({
  type: z.preprocess(upper, z.string()),
  text: z.string().optional(),
  url: z.string().optional(),
  phone_number: z.string().optional(),
  example: z.union([z.array(z.string()), z.string()]).optional(),
});

export const headerSchema = z.looseObject({
  type: typed("HEADER"),
  format: z.preprocess(upper, z.enum(HEADER_FORMATS)),
  text: z.string().optional(),
  example: z
    .looseObject({
      header_text: z.array(z.string()).optional(),
      header_text_named_params: z.array(namedExample).optional(),
      header_handle: z.array(z.string()).optional(),
    })
    .optional(),
});

export const bodySchema = z.looseObject({
  type: typed("BODY"),
  text: z.string().optional(),
  example: z
    .looseObject({
      body_text: z.array(z.array(z.string())).optional(),
      body_text_named_params: z.array(namedExample).optional(),
    })
    .optional(),
});

export const footerSchema = z.looseObject({ type: typed("FOOTER"), text: z.string().optional() });
export const buttonsSchema = z.looseObject({ type: typed("BUTTONS"), buttons: z.array(buttonSchema) });

export const componentSchema = z.union([headerSchema, bodySchema, footerSchema, buttonsSchema]);
export type Component = z.infer<typeof componentSchema>;
export type Button = z.infer<typeof buttonSchema>;

export interface Anatomy {
  header: z.infer<typeof headerSchema> | null;
  body: z.infer<typeof bodySchema> | null;
  footer: z.infer<typeof footerSchema> | null;
  buttons: Button[];
}

const known = new WeakMap<Component[], Anatomy>();

/** The parts by their place; looked at once per list, since every send asks. */
export function anatomyOf(components: Component[]): Anatomy {
  const anatomy = known.get(components) ?? dissect(components);
  known.set(components, anatomy);
  return anatomy;
}

function dissect(components: Component[]): Anatomy {
  const anatomy: Anatomy = { header: null, body: null, footer: null, buttons: [] };
  for (const component of components) {
    const header = headerSchema.safeParse(component);
    const body = bodySchema.safeParse(component);
    const footer = footerSchema.safeParse(component);
    const buttons = buttonsSchema.safeParse(component);
    if (header.success) anatomy.header = header.data;
    else if (body.success) anatomy.body = body.data;
    else if (footer.success) anatomy.footer = footer.data;
    else if (buttons.success) anatomy.buttons = buttons.data.buttons;
  }
  return anatomy;
}

/** The variables of a text, in order of first appearance: `["1", "2"]` or `["first_name"]`. */
export function variablesOf(text: string | undefined): string[] {
  const names = [...(text ?? "").matchAll(/\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g)].map((match) => match[1] ?? "");
  return [...new Set(names)];
}

/** The text with its variables filled in; a variable with no value stays as it stands. */
export const renderText = (text: string | undefined, values: ReadonlyMap<string, string>): string =>
  (text ?? "").replace(/\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g, (whole, name: string) => values.get(name) ?? whole);
