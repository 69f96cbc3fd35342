import type { Pacing } from "./model.ts";
import { perWindow, WINDOW_MS } from "./pacing.ts";
import { type Wave, waveCount, waveDueAt, waveRange } from "./waves.ts";

/** The first waves in order, `most` of them at most: a small percentage of a large audience makes very many. */
export function firstWaves(total: number, startAt: number, pacing: Pacing | null, most: number): Wave[] {
  return Array.from({ length: Math.min(most, waveCount(total, pacing)) }, (_, index) =>
    waveAt(index, total, startAt, pacing),
  );
}

/**
 * When the last message would leave (ms) if nothing got in the way: no other campaign on the lines, no 24-hour limit.
 * Null when nobody is to be sent to or no line can send.
 *
 * Waves come at even distances and all but the last are equal, so either each is done when the next falls due, and the
 * last one decides, or they pile up from the first on and the whole audience is one long wave.
 *
 * @param ratesPerSecond what Meta allows each of the lines
 */
export function completionAt(
  total: number,
  startAt: number,
  pacing: Pacing | null,
  ratesPerSecond: readonly number[],
): number | null {
  const perMs = ratesPerSecond.reduce((sum, rate) => sum + perWindow(rate), 0) / WINDOW_MS;
  if (total <= 0 || perMs === 0) return null;
  const last = waveAt(waveCount(total, pacing) - 1, total, startAt, pacing);
  return Math.ceil(Math.max(startAt + total / perMs, last.at + last.count / perMs));
}

function waveAt(index: number, total: number, startAt: number, pacing: Pacing | null): Wave {
  const { from, to } = waveRange(index, total, pacing);
  return { index, at: waveDueAt(index, startAt, pacing), count: to - from + 1 };
}
