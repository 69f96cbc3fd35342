import type { LastMessage } from "$core/audience/last-message.ts";
import { m } from "$lib/paraglide/messages.js";
import {
  type Condition,
  type ConditionFault,
  type ConditionField,
  type OPERATORS,
  type Operator,
  valueKind,
} from "./conditions.ts";

/** How far the last message has come. */
export const lastMessageLabels: Record<LastMessage, () => string> = {
  sent: m.filter_message_sent,
  delivered: m.filter_message_delivered,
  read: m.filter_message_read,
  replied: m.filter_message_replied,
  failed: m.filter_message_failed,
};

export const fieldLabels: Record<ConditionField, () => string> = {
  hashtags: m.filter_field_hashtags,
  attribute: m.filter_field_attribute,
  consent: m.filter_field_consent,
  consentGiven: m.filter_field_consent_given,
  state: m.filter_field_state,
  ddd: m.filter_field_ddd,
  audience: m.filter_field_audience,
  segment: m.filter_field_segment,
  reach: m.filter_field_reach,
  basis: m.filter_field_basis,
  message: m.filter_field_message,
  written: m.filter_field_written,
  created: m.filter_field_created,
  email: m.filter_field_email,
  document: m.filter_field_document,
};

type OperatorLabels = { [Field in ConditionField]: Record<(typeof OPERATORS)[Field][number], () => string> };
const operatorLabels: OperatorLabels = {
  hashtags: { any: m.filter_op_tags_any, all: m.filter_op_tags_all, none: m.filter_op_tags_none },
  attribute: {
    eq: m.operator_eq,
    neq: m.operator_neq,
    contains: m.operator_contains,
    gt: m.operator_gt,
    gte: m.operator_gte,
    lt: m.operator_lt,
    lte: m.operator_lte,
    empty: m.operator_empty,
    notEmpty: m.operator_not_empty,
  },
  consent: { any: m.filter_op_is },
  consentGiven: { within: m.filter_op_within, before: m.filter_op_before },
  state: { any: m.filter_op_is },
  ddd: { any: m.filter_op_is },
  audience: { any: m.filter_op_in, none: m.filter_op_not_in },
  segment: { any: m.filter_op_in_segment },
  reach: { yes: m.filter_op_reached, no: m.filter_op_not_reached },
  basis: { any: m.filter_op_is },
  message: { any: m.filter_op_has_been },
  written: { before: m.filter_op_before },
  created: { within: m.filter_op_within },
  email: { yes: m.filter_op_known, no: m.filter_op_unknown },
  document: { yes: m.filter_op_known, no: m.filter_op_unknown },
};

export function operatorLabel(field: ConditionField, operator: Operator): string {
  const labels: Partial<Record<Operator, () => string>> = operatorLabels[field];
  return labels[operator]?.() ?? operator;
}

export function faultText(fault: ConditionFault, { field, operator }: Condition): string {
  if (fault === "twice") return m.filter_fault_twice();
  if (fault === "name") return m.filter_fault_name();
  return valueKind(field, operator) === "days" ? m.filter_fault_days() : m.filter_fault_value();
}
