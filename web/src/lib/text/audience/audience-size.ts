import type { Audience } from "$lib/api/types.ts";
import type { Format } from "$lib/format/format.ts";
import { m } from "$lib/paraglide/messages.js";

/** How many are in an audience, as far as that is known without counting. */
export const audienceSize = ({ contactCount }: Pick<Audience, "contactCount">, format: Format): string =>
  contactCount === null
    ? m.audience_dynamic()
    : m.audience_contacts({ count: contactCount, text: format.number(contactCount) });
