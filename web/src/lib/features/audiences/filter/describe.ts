import type { AudienceFilter, ConsentStatus } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";
import { getLocale } from "$lib/paraglide/runtime.js";
import { consentLabels } from "$lib/text/audience/consent.ts";
import { legalBasisLabels } from "$lib/text/audience/legal-basis.ts";
import { type Condition, conditionsOf } from "./conditions.ts";
import { lastMessageLabels, operatorLabel } from "./labels.ts";

/** What audiences and segments are called; a filter knows their ids. */
export interface Names {
  audiences: readonly { id: string; name: string }[];
  segments: readonly { id: string; name: string }[];
}
const NO_NAMES: Names = { audiences: [], segments: [] };

/** A filter as a list of short sentences; none when it lets everybody through. Without names it tells how many there are. */
export const describeFilter = (filter: AudienceFilter | null, names: Names = NO_NAMES): string[] =>
  conditionsOf(filter).map((condition) => sentence(condition, names));

function sentence({ field, operator, name, text, texts, days }: Condition, names: Names): string {
  const count = days ?? 0;
  const tags = () => ({ tags: texts.map((tag) => `#${tag}`).join(", ") });
  switch (field) {
    case "hashtags":
      if (operator === "any") return m.filter_any(tags());
      return operator === "all" ? m.filter_all(tags()) : m.filter_none(tags());
    case "attribute":
      return [name, operatorLabel(field, operator), text].filter(Boolean).join(" ");
    case "consent":
      return either(texts.map(consentLabel));
    case "consentGiven":
      return operator === "before" ? m.filter_says_granted_before({ count }) : m.filter_says_granted_within({ count });
    case "state":
      return m.filter_says_state({ list: either(texts) });
    case "ddd":
      return m.filter_says_ddd({ list: either(texts) });
    case "audience": {
      const list = called(texts, names.audiences) ?? m.filter_some_audiences({ count: texts.length });
      return operator === "none" ? m.filter_says_not_audience({ list }) : m.filter_says_audience({ list });
    }
    case "segment":
      return m.filter_says_segment({
        list: called(texts, names.segments) ?? m.filter_some_segments({ count: texts.length }),
      });
    case "reach":
      return operator === "no" ? m.filter_says_not_reached() : m.filter_says_reached();
    case "basis":
      return m.filter_says_basis({ list: either(texts.map((text) => labelOf(legalBasisLabels, text))) });
    case "message":
      return m.filter_says_message({ list: either(texts.map((text) => labelOf(lastMessageLabels, text))) });
    case "written":
      return m.filter_says_not_written({ count });
    case "created":
      return m.filter_says_created({ count });
    case "email":
      return operator === "no" ? m.filter_says_no_email() : m.filter_says_email();
    case "document":
      return operator === "no" ? m.filter_says_no_document() : m.filter_says_document();
  }
}

const either = (texts: readonly string[]) => new Intl.ListFormat(getLocale(), { type: "disjunction" }).format(texts);

/** Within a sentence. */
function labelOf(labels: Record<string, () => string>, text: string): string {
  const label = labels[text]?.() ?? text;
  return label.charAt(0).toLowerCase() + label.slice(1);
}
const isConsent = (text: string): text is ConsentStatus => Object.hasOwn(consentLabels, text);
/** Later ones stand within the sentence. */
function consentLabel(text: string, index: number): string {
  const label = isConsent(text) ? consentLabels[text]() : text;
  return index === 0 ? label : label.charAt(0).toLowerCase() + label.slice(1);
}

/** Null when one is not among those that are known by name. */
function called(ids: readonly string[], known: readonly { id: string; name: string }[]): string | null {
  const names = ids.flatMap((id) => known.find((thing) => thing.id === id)?.name ?? []);
  return names.length === ids.length ? either(names) : null;
}
