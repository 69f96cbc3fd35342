import type { CampaignPolicy, WaveGate } from "#core/campaigns/policy.ts";
import { MINUTE_MS } from "#core/shared/time.ts";

/** Sends are looked at over this long. */
export const BREAKER_WINDOW_MS = 10 * MINUTE_MS;
/** Sends are counted in parts of the window of this length, so that it moves on in small steps. */
export const BREAKER_BUCKET_MS = 10_000;

/** Sends that ended in a time: taken by Meta or refused for good, and those of them that failed, also later. */
export interface Outcomes {
  sent: number;
  failed: number;
}

/** The outcomes of late, in buckets of time; what has left the window is forgotten. */
export class RecentOutcomes {
  #buckets: [bucket: number, sent: number, failed: number][];

  constructor(entries: [bucket: number, sent: number, failed: number][] = []) {
    this.#buckets = entries;
  }

  /** @param now ms */
  add({ sent, failed }: Outcomes, now: number): void {
    const bucket = bucketOf(now);
    const last = this.#buckets.at(-1);
    if (last?.[0] === bucket) {
      last[1] += sent;
      last[2] += failed;
    } else this.#buckets.push([bucket, sent, failed]);
    this.#buckets = this.#buckets.filter(([at]) => at >= bucketOf(now - BREAKER_WINDOW_MS));
  }

  sum(now: number): Outcomes {
    const sum: Outcomes = { sent: 0, failed: 0 };
    for (const [at, sent, failed] of this.#buckets) {
      if (at < bucketOf(now - BREAKER_WINDOW_MS)) continue;
      sum.sent += sent;
      sum.failed += failed;
    }
    return sum;
  }

  forget(): void {
    this.#buckets = [];
  }

  entries(): [bucket: number, sent: number, failed: number][] {
    return this.#buckets;
  }
}
const bucketOf = (at: number) => Math.floor(at / BREAKER_BUCKET_MS);

/** The share of sends that failed, 0…1. A failure may be told long after its send, which then is not counted any more. */
export function failureShare({ sent, failed }: Outcomes): number {
  const all = Math.max(sent, failed);
  return all === 0 ? 0 : failed / all;
}

/**
 * What the breaker saw, for its alert: sends that ended in the last `minutes`. Other than the campaign's own figures it is
 * of late only, and with lost answers.
 */
export function recentFailures({ sent, failed }: Outcomes): Outcomes & { minutes: number } {
  return { sent: Math.max(sent, failed), failed, minutes: BREAKER_WINDOW_MS / MINUTE_MS };
}

/** Whether so many recent sends failed that the campaign must not go on without a person. */
export function breaks(
  recent: Outcomes,
  { failureRateThreshold, failureRateMinimum }: Pick<CampaignPolicy, "failureRateThreshold" | "failureRateMinimum">,
): boolean {
  return Math.max(recent.sent, recent.failed) >= failureRateMinimum && failureShare(recent) > failureRateThreshold;
}

export type GateReason = "wave_gate_failures" | "wave_gate_opt_outs" | "wave_gate_quality";

/** Why the gate before a wave fails, which pauses the campaign; null when the wave may begin. */
export function gateFailure(
  gate: WaveGate,
  soFar: Outcomes & { optedOut: number; redLines: number },
): GateReason | null {
  if (failureShare(soFar) > gate.maxFailureRate) return "wave_gate_failures";
  if (soFar.sent > 0 && soFar.optedOut / soFar.sent > gate.maxOptOutRate) return "wave_gate_opt_outs";
  if (gate.stopOnRedLine && soFar.redLines > 0) return "wave_gate_quality";
  return null;
}
