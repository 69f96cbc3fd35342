import { CAP_LIMITS, type FrequencyCap, MOST_CAPS } from "$core/campaigns/frequency-caps.ts";
import { m } from "$lib/paraglide/messages.js";

export interface CapDraft {
  /** Tells rows apart while they are edited; not part of the cap. */
  row: number;
  category: FrequencyCap["category"];
  /** Null while the field is empty. */
  messages: number | null;
  days: number | null;
}

/** What is offered when there is none yet. */
const FIRST: FrequencyCap = { category: "marketing", messages: 2, days: 7 };

const isWithin = (value: number | null, [least, most]: readonly [number, number]) =>
  value !== null && Number.isInteger(value) && value >= least && value <= most;

/** The limits of messages per person while they are edited, and what is wrong with them. */
export class CapsDraft {
  rows = $state<CapDraft[]>([]);

  constructor(caps: readonly FrequencyCap[]) {
    this.rows = caps.map((cap, row) => ({ row, ...cap }));
  }

  get isFull(): boolean {
    return this.rows.length >= MOST_CAPS;
  }

  add(): void {
    const row = Math.max(-1, ...this.rows.map((each) => each.row)) + 1;
    this.rows.push({ row, ...FIRST, ...(this.rows.length > 0 ? { category: "any", days: 30 } : {}) });
  }

  remove(row: number): void {
    this.rows = this.rows.filter((each) => each.row !== row);
  }

  /** As the API takes them. */
  get caps(): FrequencyCap[] {
    return this.rows.map(({ category, messages, days }) => ({ category, messages: messages ?? 0, days: days ?? 0 }));
  }

  /** What is wrong with a row's fields, in words. */
  faultsOf({ row, category, messages, days }: CapDraft): { messages?: string; days?: string } {
    const isRepeated = this.rows.some((other) => other.row < row && other.category === category && other.days === days);
    return {
      ...(isWithin(messages, CAP_LIMITS.messages) ? {} : { messages: m.cap_fault_messages() }),
      ...(isWithin(days, CAP_LIMITS.days)
        ? isRepeated
          ? { days: m.cap_fault_repeated() }
          : {}
        : { days: m.cap_fault_days() }),
    };
  }

  get isSound(): boolean {
    return this.rows.every((row) => Object.keys(this.faultsOf(row)).length === 0);
  }
}
