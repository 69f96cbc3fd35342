import { type ContactField, FIELD_RULES } from "#core/audience/contact-fields.ts";
import type { Layout } from "./columns.ts";
import { DAMAGE, isEmailRow, plainCell } from "./row.ts";

/** An e-mail address in a row of its own, and who the person is: one of the two is known. */
export interface GivenAddress {
  document: string | null;
  customerCode: string | null;
  email: string;
}

/** The address that a row gives to the phones of its person; null when it gives none, or does not say whose it is. */
export function readAddress(cells: string[], layout: Layout): GivenAddress | null {
  if (!isEmailRow(cells, layout)) return null;
  const { fields } = layout;
  const read = (field: ContactField, index: number | undefined) => {
    const text = plainCell(cells[index ?? -1] ?? "");
    const { maxLength, read } = FIELD_RULES[field];
    // What an encoding has damaged is nobody's.
    return text === "" || text.length > maxLength || text.includes(DAMAGE) ? null : read(text);
  };
  const email = read("email", fields.phone);
  const [document, customerCode] = [read("document", fields.document), read("customerCode", fields.customerCode)];
  return email && (document || customerCode) ? { document, customerCode, email } : null;
}
