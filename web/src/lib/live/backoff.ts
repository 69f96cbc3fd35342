const FIRST_MS = 800;
const LONGEST_MS = 30_000;

/**
 * How long to wait before attempt number `attempt` (from 1), in ms. Doubles each time; `random` (0 to 1) spreads the
 * pages of a tenant over the second half of the wait, so that they do not all come back in the same instant.
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return ceiling / 2 + (ceiling / 2) * random;
}
