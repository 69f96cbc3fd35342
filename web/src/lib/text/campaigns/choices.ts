import type { Campaign } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";
import { fieldLabel } from "$lib/text/audience/contact-fields.ts";

type Filter = Campaign["filter"];
type Source = Campaign["variables"][string];
export type FilterOperator = NonNullable<NonNullable<Filter>["attributes"]>[number]["op"];

export const operatorLabels: Record<FilterOperator, () => string> = {
  eq: m.operator_eq,
  neq: m.operator_neq,
  contains: m.operator_contains,
  gt: m.operator_gt,
  gte: m.operator_gte,
  lt: m.operator_lt,
  lte: m.operator_lte,
  empty: m.operator_empty,
  notEmpty: m.operator_not_empty,
};

/** A filter as a list of short sentences; none when it lets everybody through. */
export function describeFilter(filter: Filter): string[] {
  const tags = (names: string[] | undefined, say: (inputs: { tags: string }) => string) =>
    names && names.length > 0 ? [say({ tags: names.map((name) => `#${name}`).join(", ") })] : [];
  return [
    ...tags(filter?.hashtagsAny, m.filter_any),
    ...tags(filter?.hashtagsAll, m.filter_all),
    ...tags(filter?.hashtagsNone, m.filter_none),
    ...(filter?.attributes ?? []).map(({ name, op, value }) =>
      [name, operatorLabels[op](), value].filter(Boolean).join(" "),
    ),
  ];
}

/** Where a variable's value comes from. */
export function describeSource(source: Source): string {
  if ("value" in source) return m.source_fixed_as({ value: source.value });
  if ("link" in source) return source.link;
  if ("mediaId" in source) return source.mediaId;
  const field = fieldLabel(source.field);
  return source.fallback ? m.source_field_or({ field, fallback: source.fallback }) : field;
}
