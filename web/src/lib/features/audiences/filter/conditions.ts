import { LAST_MESSAGES } from "$core/audience/last-message.ts";
import { LEGAL_BASES } from "$core/audience/legal-basis.ts";
import { BRAZILIAN_STATES } from "$core/shared/area-codes.ts";
import type { AudienceFilter } from "$lib/api/types.ts";

export type AttributeOperator = NonNullable<AudienceFilter["attributes"]>[number]["op"];
type Consent = NonNullable<NonNullable<AudienceFilter["optIn"]>["status"]>[number];

/** What a condition is about, each with how it may be asked, in the order in which they are offered. */
export const OPERATORS = {
  hashtags: ["any", "all", "none"],
  attribute: ["eq", "neq", "contains", "gt", "gte", "lt", "lte", "notEmpty", "empty"],
  consent: ["any"],
  consentGiven: ["within", "before"],
  state: ["any"],
  ddd: ["any"],
  audience: ["any", "none"],
  segment: ["any"],
  reach: ["yes", "no"],
  basis: ["any"],
  message: ["any"],
  written: ["before"],
  created: ["within"],
  email: ["yes", "no"],
  document: ["yes", "no"],
} as const satisfies Record<string, readonly string[]>;
export type ConditionField = keyof typeof OPERATORS;
export type Operator = (typeof OPERATORS)[ConditionField][number];

/** What its value is: several of a list, hashtags, a text, days, or nothing. */
export type ValueKind = "choices" | "tags" | "text" | "days" | "none";
export function valueKind(field: ConditionField, operator: Operator): ValueKind {
  switch (field) {
    case "hashtags":
      return "tags";
    case "attribute":
      return operator === "empty" || operator === "notEmpty" ? "none" : "text";
    case "consentGiven":
    case "written":
    case "created":
      return "days";
    case "reach":
    case "email":
    case "document":
      return "none";
    default:
      return "choices";
  }
}

/** A row of the builder; of its values only those count that its field and operator ask for. */
export interface Condition {
  /** Tells rows apart while they are edited; not part of the filter. */
  row: number;
  field: ConditionField;
  operator: Operator;
  /** Of an attribute. */
  name: string;
  text: string;
  texts: string[];
  days: number | null;
}
export type ConditionFault = "name" | "value" | "twice";

export const LONGEST_DAYS = 3_650;

/** Conditions on attributes may stand side by side; of any other each way of asking stands once in a filter. */
const keyOf = ({ field, operator, row }: Condition) => (field === "attribute" ? `${row}` : `${field}/${operator}`);
/** A person has an e-mail or not, so asking both ways is asking twice. */
const sameQuestion = (a: Condition, b: Condition) =>
  keyOf(a) === keyOf(b) ||
  (a.field === b.field && valueKind(a.field, a.operator) === "none" && a.field !== "attribute");

/** What is missing of a condition, or null. */
export function faultOf(condition: Condition, before: readonly Condition[]): ConditionFault | null {
  if (before.some((other) => sameQuestion(condition, other))) return "twice";
  if (condition.field === "attribute" && condition.name.trim() === "") return "name";
  const { days, texts, text } = condition;
  switch (valueKind(condition.field, condition.operator)) {
    case "choices":
    case "tags":
      return texts.length === 0 ? "value" : null;
    case "text":
      return text.trim() === "" ? "value" : null;
    case "days":
      return days !== null && Number.isInteger(days) && days >= 0 && days <= LONGEST_DAYS ? null : "value";
    case "none":
      return null;
  }
}

/** The conditions that are sound, as the API takes them; null when there are none. */
export function toFilter(conditions: readonly Condition[]): AudienceFilter | null {
  const sound = conditions.filter((condition, index) => faultOf(condition, conditions.slice(0, index)) === null);
  if (sound.length === 0) return null;
  const filter: AudienceFilter = {};
  for (const condition of sound) add(filter, condition);
  return filter;
}

function add(filter: AudienceFilter, { field, operator, name, text, texts, days }: Condition): void {
  const list = [...texts];
  switch (field) {
    case "hashtags":
      if (operator === "any") filter.hashtagsAny = list;
      else if (operator === "all") filter.hashtagsAll = list;
      else filter.hashtagsNone = list;
      break;
    case "attribute":
      filter.attributes ??= [];
      if (isAttributeOperator(operator)) {
        const value = valueKind(field, operator) === "text" ? { value: text } : {};
        filter.attributes.push({ name: name.trim(), op: operator, ...value });
      }
      break;
    case "consent":
      filter.optIn = { ...filter.optIn, status: list.filter(isConsent) };
      break;
    case "consentGiven":
      if (operator === "before") filter.optIn = { ...filter.optIn, grantedBeforeDays: days ?? 0 };
      else filter.optIn = { ...filter.optIn, grantedAfterDays: days ?? 0 };
      break;
    case "state":
      filter.states = BRAZILIAN_STATES.filter((state) => list.includes(state));
      break;
    case "ddd":
      filter.ddd = list;
      break;
    case "audience":
      if (operator === "none") filter.audienceIds = { ...filter.audienceIds, notIn: list };
      else filter.audienceIds = { ...filter.audienceIds, in: list };
      break;
    case "segment":
      filter.segmentIds = list;
      break;
    case "reach":
      filter.unreachable = operator === "no";
      break;
    case "basis":
      filter.legalBasis = LEGAL_BASES.filter((basis) => list.includes(basis));
      break;
    case "message":
      filter.lastMessage = LAST_MESSAGES.filter((message) => list.includes(message));
      break;
    case "written":
      filter.notWrittenForDays = days ?? 0;
      break;
    case "created":
      filter.createdWithinDays = days ?? 0;
      break;
    case "email":
      filter.hasEmail = operator === "yes";
      break;
    case "document":
      filter.hasDocument = operator === "yes";
  }
}

type Values = Partial<Pick<Condition, "name" | "text" | "texts" | "days">>;
export const newCondition = (
  row: number,
  field: ConditionField,
  operator: Operator,
  values: Values = {},
): Condition => ({
  row,
  field,
  operator,
  name: "",
  text: "",
  texts: [],
  days: null,
  ...values,
});

/** A filter as rows; none when it lets everybody through. */
export function conditionsOf(filter: AudienceFilter | null): Condition[] {
  if (filter === null) return [];
  const conditions: Condition[] = [];
  const push = (field: ConditionField, operator: Operator, values?: Values) =>
    conditions.push(newCondition(conditions.length, field, operator, values));
  const list = (field: ConditionField, operator: Operator, texts: readonly string[] | undefined) => {
    if (texts && texts.length > 0) push(field, operator, { texts: [...texts] });
  };
  const number = (field: ConditionField, operator: Operator, days: number | undefined) => {
    if (days !== undefined) push(field, operator, { days });
  };
  const either = (field: ConditionField, yes: boolean | undefined) => {
    if (yes !== undefined) push(field, yes ? "yes" : "no");
  };
  list("hashtags", "any", filter.hashtagsAny);
  list("hashtags", "all", filter.hashtagsAll);
  list("hashtags", "none", filter.hashtagsNone);
  for (const { name, op, value = "" } of filter.attributes ?? []) push("attribute", op, { name, text: value });
  list("consent", "any", filter.optIn?.status);
  number("consentGiven", "within", filter.optIn?.grantedAfterDays);
  number("consentGiven", "before", filter.optIn?.grantedBeforeDays);
  list("state", "any", filter.states);
  list("ddd", "any", filter.ddd);
  list("audience", "any", filter.audienceIds?.in);
  list("audience", "none", filter.audienceIds?.notIn);
  list("segment", "any", filter.segmentIds);
  either("reach", filter.unreachable === undefined ? undefined : !filter.unreachable);
  list("basis", "any", filter.legalBasis);
  list("message", "any", filter.lastMessage);
  number("written", "before", filter.notWrittenForDays);
  number("created", "within", filter.createdWithinDays);
  either("email", filter.hasEmail);
  either("document", filter.hasDocument);
  return conditions;
}

const isAttributeOperator = (operator: string): operator is AttributeOperator =>
  (OPERATORS.attribute as readonly string[]).includes(operator);
const isConsent = (text: string): text is Consent => text === "granted" || text === "revoked" || text === "unknown";
