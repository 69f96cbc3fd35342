import { byField, type ContactField } from "#core/audience/contact-fields.ts";

/** For each field of a contact what somebody writes, how it is stored, and something that it can't be; null when it can be anything. */
export const FIELD_EXAMPLES: Record<ContactField, { written: string; stored: string; wrong: string | null }> = {
  document: { written: "529.982.247-25", stored: "52998224725", wrong: "11111111111" },
  customerCode: { written: "C1", stored: "C1", wrong: null },
  email: { written: "ana@example.com", stored: "ana@example.com", wrong: "não tem" },
};

export const written = byField((field) => FIELD_EXAMPLES[field].written);
export const stored = byField((field) => FIELD_EXAMPLES[field].stored);
export const nothingKnown = byField(() => null);
