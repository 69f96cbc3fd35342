import { leasedRate } from "#core/lines/pacing.ts";
import type { Pacing } from "./campaign.ts";
import type { SendingWindow } from "./policy.ts";
import { openingFrom, WINDOW_HORIZON_MS } from "./sending-window.ts";
import { waveCount, waveDueAt, waveInstants, waveSize } from "./waves.ts";

/**
 * When the last message would leave (ms) if nothing but the sending window got in the way: no other campaign on the
 * lines, no 24-hour limit. Null when nobody is to be sent to, no line can send, or it would take more than 400 days of
 * a window.
 *
 * @param ratesPerSecond what Meta allows each of the lines
 */
export function completionAt(
  total: number,
  startAt: number,
  pacing: Pacing | null,
  ratesPerSecond: readonly number[],
  window: SendingWindow | null = null,
): number | null {
  const perMs = ratesPerSecond.reduce((sum, rate) => sum + leasedRate(rate), 0) / 1_000;
  if (total <= 0 || perMs === 0) return null;
  const end =
    window === null
      ? endOfEvenWaves(total, startAt, pacing, perMs)
      : endInWindow(total, startAt, pacing, perMs, window);
  return end === null ? null : Math.ceil(end);
}

/**
 * Waves come at even distances and all but the last are equal, so either each is done when the next falls due, and the
 * last one decides, or they pile up from the first on and the whole audience is one long wave.
 */
function endOfEvenWaves(total: number, startAt: number, pacing: Pacing | null, perMs: number): number {
  const last = waveCount(total, pacing) - 1;
  const lastCount = total - last * waveSize(total, pacing);
  return Math.max(startAt + total / perMs, waveDueAt(last, startAt, pacing) + lastCount / perMs);
}

/** Opening by opening: people join as their waves fall due, leave at an even rate, and wait while it is closed. */
function endInWindow(
  total: number,
  startAt: number,
  pacing: Pacing | null,
  perMs: number,
  window: SendingWindow,
): number | null {
  const size = waveSize(total, pacing);
  const dues = waveInstants(waveCount(total, pacing), startAt, pacing, window);
  let due = dues.next();
  let coming = total;
  let waiting = 0;
  for (let at = startAt; at <= startAt + WINDOW_HORIZON_MS; ) {
    const opening = openingFrom(window, at);
    if (opening === null) return null;
    at = opening.from;
    for (; !due.done && due.value < opening.to; due = dues.next()) {
      waiting = Math.max(0, waiting - (due.value - at) * perMs) + Math.min(size, coming);
      coming -= Math.min(size, coming);
      at = due.value;
    }
    const end = at + waiting / perMs;
    // Half a millisecond is rounding: whoever leaves exactly at closing time has left.
    if (coming === 0 && end < opening.to + 0.5) return end;
    waiting = Math.max(0, waiting - (opening.to - at) * perMs);
    at = opening.to;
  }
  return null;
}
