import type { Campaign } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";
import { fieldLabel } from "$lib/text/audience/contact-fields.ts";

type Source = Campaign["variables"][string];

/** Where a variable's value comes from. */
export function describeSource(source: Source): string {
  if ("value" in source) return m.source_fixed_as({ value: source.value });
  if ("link" in source) return source.link;
  if ("mediaId" in source) return source.mediaId;
  const field = fieldLabel(source.field);
  return source.fallback ? m.source_field_or({ field, fallback: source.fallback }) : field;
}
