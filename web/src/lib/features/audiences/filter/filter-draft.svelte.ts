import type { AudienceFilter } from "$lib/api/types.ts";
import {
  type Condition,
  type ConditionFault,
  type ConditionField,
  conditionsOf,
  faultOf,
  newCondition,
  OPERATORS,
  type Operator,
  toFilter,
} from "./conditions.ts";

/** A filter while it is edited, as rows of one condition each. */
export class FilterDraft {
  conditions = $state<Condition[]>([]);

  constructor(filter: AudienceFilter | null) {
    this.conditions = conditionsOf(filter);
  }

  /** What is sound of it; null when nothing is. */
  get filter(): AudienceFilter | null {
    return toFilter(this.conditions);
  }

  get isSound(): boolean {
    return this.conditions.length > 0 && this.conditions.every((condition) => this.fault(condition) === null);
  }

  fault(condition: Condition): ConditionFault | null {
    return faultOf(condition, this.conditions.slice(0, this.conditions.indexOf(condition)));
  }

  /** Adds a row and tells which it is. */
  add(field: ConditionField = "hashtags"): number {
    const row = Math.max(-1, ...this.conditions.map((condition) => condition.row)) + 1;
    this.conditions.push(newCondition(row, field, OPERATORS[field][0]));
    return row;
  }

  remove(row: number): void {
    this.conditions = this.conditions.filter((condition) => condition.row !== row);
  }
}

/** A condition about something else begins anew. */
export function chooseField(condition: Condition, field: string): void {
  if (!isField(field) || field === condition.field) return;
  Object.assign(condition, newCondition(condition.row, field, OPERATORS[field][0]));
}

export function chooseOperator(condition: Condition, operator: string): void {
  const known = operatorsOf(condition.field).find((one) => one === operator);
  if (known) condition.operator = known;
}

export const operatorsOf = (field: ConditionField): readonly Operator[] => OPERATORS[field];
const isField = (field: string): field is ConditionField => Object.hasOwn(OPERATORS, field);
