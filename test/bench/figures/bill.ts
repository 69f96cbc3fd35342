import { PRICES } from "../prices.ts";

export type Item = keyof typeof PRICES.usd;
export interface BillLine {
  item: Item;
  perMessage: number;
  /** US$ for a million messages. */
  usd: number;
}

const MILLION = 1_000_000;
export const ITEMS = Object.keys(PRICES.usd) as Item[];

/** Counts by name, `item.more`, summed by item; names that nobody bills are left out. */
export function sumByItem(counts: Record<string, number>): Partial<Record<Item, number>> {
  const sums: Partial<Record<Item, number>> = {};
  for (const [name, count] of Object.entries(counts)) {
    const item = ITEMS.find((one) => name === one || name.startsWith(`${one}.`));
    if (item) sums[item] = (sums[item] ?? 0) + count;
  }
  return sums;
}

/** What a million messages cost when they go on as those that were counted. */
export function billOf(counts: Record<string, number>, messages: number): { lines: BillLine[]; usd: number } {
  const sums = sumByItem(counts);
  const lines = ITEMS.map((item) => {
    const perMessage = (sums[item] ?? 0) / messages;
    return { item, perMessage, usd: perMessage * MILLION * PRICES.usd[item] };
  });
  return { lines, usd: lines.reduce((sum, { usd }) => sum + usd, 0) };
}

/** What was counted between two readings. */
export const difference = (before: Record<string, number>, after: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]));
