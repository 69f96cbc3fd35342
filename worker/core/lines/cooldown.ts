/**
 * A line's pause after an incident: why, since when and until when (ms). With an `until` it ends by itself; `until` null is
 * a suspension, which lasts until somebody looks after its cause.
 */
export interface Cooldown {
  reason: string;
  since: number;
  until: number | null;
}

/**
 * Of two cooldowns the one that lasts longer, the newer if they end together: an account that is restricted for a week is
 * not well again because one of its sends asked for a minute.
 */
export function longerCooldown(before: Cooldown | null, newer: Cooldown): Cooldown {
  const end = ({ until }: Cooldown) => until ?? Number.POSITIVE_INFINITY;
  return before !== null && end(before) > end(newer) ? before : newer;
}
