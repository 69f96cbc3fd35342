import type { Pacing } from "./model.ts";

/** One part of a campaign: how many people, and the instant (ms) when they fall due. `index` counts from 0. */
export interface Wave {
  index: number;
  at: number;
  count: number;
}

/** Decimal places of a percentage that count. Two digits before them still leave a double exact. */
const PERCENT_DECIMALS = 12;
const WHOLE = 100n * 10n ** BigInt(PERCENT_DECIMALS);

/**
 * People per wave: `ceil(total × percent / 100)`, all of them when there is no pacing. At least one while anyone is
 * left. `percent` is above 0 and at most 100, and counts as the decimal a person wrote: in binary 100000 × 1.1 / 100
 * comes out a little above 1100, which would round to 1101.
 */
export function waveSize(total: number, pacing: Pacing | null): number {
  if (total <= 0) return 0;
  if (pacing === null || pacing.percent >= 100) return total;
  const percent = BigInt(pacing.percent.toFixed(PERCENT_DECIMALS).replace(".", ""));
  const size = Number((BigInt(total) * percent + WHOLE - 1n) / WHOLE);
  return Math.max(1, size);
}

export function waveCount(total: number, pacing: Pacing | null): number {
  const size = waveSize(total, pacing);
  return size === 0 ? 0 : Math.ceil(total / size);
}

/** Index of the wave that holds the person at `position`, which counts from 1. */
export function waveOf(position: number, total: number, pacing: Pacing | null): number {
  const size = waveSize(total, pacing);
  return size === 0 ? 0 : Math.floor((position - 1) / size);
}

/** First and last position (from 1, inclusive) of a wave; past the last wave the range is empty (`from > to`). */
export function waveRange(index: number, total: number, pacing: Pacing | null): { from: number; to: number } {
  const size = waveSize(total, pacing);
  const from = Math.min(index * size, total) + 1;
  return { from, to: Math.min((index + 1) * size, total) };
}

export function waveDueAt(index: number, startAt: number, pacing: Pacing | null): number {
  return startAt + index * (pacing?.intervalMinutes ?? 0) * 60_000;
}

/** Every wave in order; the last takes the rest. */
export function planWaves(total: number, startAt: number, pacing: Pacing | null): Wave[] {
  return Array.from({ length: waveCount(total, pacing) }, (_, index) => {
    const { from, to } = waveRange(index, total, pacing);
    return { index, at: waveDueAt(index, startAt, pacing), count: to - from + 1 };
  });
}
