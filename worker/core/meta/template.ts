/** A template's component as Meta's API lists it; fields that we do not read are kept as they came. */
export interface TemplateComponent {
  type: string;
  format?: string | undefined;
  text?: string | undefined;
  buttons?: TemplateButton[] | undefined;
  example?: unknown;
  [field: string]: unknown;
}

export interface TemplateButton {
  type: string;
  text?: string | undefined;
  url?: string | undefined;
  phone_number?: string | undefined;
  example?: unknown;
  [field: string]: unknown;
}

export interface Template {
  name: string;
  language: string;
  category: string;
  parameterFormat: "POSITIONAL" | "NAMED";
  components: TemplateComponent[];
}
