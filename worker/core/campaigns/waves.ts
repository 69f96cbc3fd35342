import { MINUTE_MS } from "#core/shared/time.ts";
import type { Pacing } from "./campaign.ts";
import type { SendingWindow } from "./policy.ts";
import { nextOpening, type Opening, openingFrom } from "./sending-window.ts";

/** One part of a campaign: how many people, and the instant (ms) when they fall due. `index` counts from 0. */
export interface Wave {
  index: number;
  at: number;
  count: number;
}

/** Each wave is a row of figures, a plan on a screen, a step of the campaign's object. */
export const MOST_WAVES = 1_000;
/** Waves of this size are at most {@link MOST_WAVES}, whatever the audience; in a small one a wave is one person. */
export const MIN_WAVE_PERCENT = 100 / MOST_WAVES;
export const tooManyWaves = (pacing: Pacing | null): boolean => pacing !== null && pacing.percent < MIN_WAVE_PERCENT;

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

/** When wave `index` is due (ms) without a sending window. */
export function waveDueAt(index: number, startAt: number, pacing: Pacing | null): number {
  return startAt + index * (pacing?.intervalMinutes ?? 0) * MINUTE_MS;
}

/**
 * When the wave after one that fell due at `previousDueAt` does: a whole interval later or, when nothing may be sent
 * then, as soon as it may be. What comes after counts from there, so that waves which waited never come together.
 * Null when the window does not open within 400 days.
 */
export function nextWaveAt(previousDueAt: number, intervalMs: number, window: SendingWindow | null): number | null {
  return nextOpening(window, previousDueAt + intervalMs);
}

/**
 * The first instants at which waves fall due, `most` of them at most, each by {@link nextWaveAt} from the one before;
 * fewer when the window stops opening. The window is asked once per opening, not once per wave.
 */
export function* waveInstants(
  most: number,
  startAt: number,
  pacing: Pacing | null,
  window: SendingWindow | null,
): Generator<number> {
  const intervalMs = (pacing?.intervalMinutes ?? 0) * MINUTE_MS;
  let at = startAt;
  let opening: Opening | null = null;
  for (let index = 0; index < most; index++) {
    if (opening === null || at >= opening.to) opening = openingFrom(window, at);
    if (opening === null) return;
    at = Math.max(at, opening.from);
    yield at;
    at += intervalMs;
  }
}

/**
 * Every wave in order; the last takes the rest. Under a window each waits for it, and those after which it never opens
 * again are left out.
 */
export function planWaves(
  total: number,
  startAt: number,
  pacing: Pacing | null,
  window: SendingWindow | null = null,
): Wave[] {
  return firstWaves(total, startAt, pacing, Number.POSITIVE_INFINITY, window);
}

/** The first waves in order, `most` of them at most. */
export function firstWaves(
  total: number,
  startAt: number,
  pacing: Pacing | null,
  most: number,
  window: SendingWindow | null = null,
): Wave[] {
  const instants = waveInstants(Math.min(most, waveCount(total, pacing)), startAt, pacing, window);
  return Array.from(instants, (at, index) => {
    const { from, to } = waveRange(index, total, pacing);
    return { index, at, count: to - from + 1 };
  });
}
