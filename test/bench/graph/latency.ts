/** How long a call takes. `p99Ms` gives it a long tail: a lognormal distribution of that median and 99th percentile. */
export interface Latency {
  medianMs: number;
  p99Ms?: number | undefined;
}

/** Standard deviations from the median to the 99th percentile of a normal distribution. */
const Z99 = 2.326_347_87;

/** @param random uniform in [0, 1) */
export function drawLatency({ medianMs, p99Ms }: Latency, random: () => number): number {
  if (p99Ms === undefined || p99Ms <= medianMs) return medianMs;
  const sigma = Math.log(p99Ms / medianMs) / Z99;
  return medianMs * Math.exp(sigma * normal(random));
}

/** Box and Muller: one normal number of two uniform ones. */
const normal = (random: () => number) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Mulberry32: the same numbers for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
