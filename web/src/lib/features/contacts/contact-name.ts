import { formatPhone } from "$lib/format/phone.ts";
import { m } from "$lib/paraglide/messages.js";

/** What a person is called on screen: by name, else by phone. */
export const contactName = ({ name, phone }: { name: string; phone: string | null }): string =>
  name || (phone ? formatPhone(phone) : m.contact_nameless());
