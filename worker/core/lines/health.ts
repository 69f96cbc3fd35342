import type { QualityRating } from "#core/meta/quality.ts";
import type { Cooldown } from "./cooldown.ts";
import { usability } from "./rotation.ts";

export interface LineHealth {
  usable: boolean;
  /** A stable word: the cooldown's reason, `not_connected` or `quality_red`. */
  reason?: string;
  /** Since when it cools down, ms; nobody tells us when a number's status or quality fell. */
  since?: number;
}

interface NumberState {
  status: string;
  quality: QualityRating;
}

/** Whether a line may send at `now` (ms), whatever the campaign, its template and the portfolio's limit. */
export function lineHealth(line: NumberState, cooldown: Cooldown | null, now: number): LineHealth {
  const verdict = usability(
    {
      ...line,
      lineId: "",
      kind: "prospect",
      templateLinked: true,
      cooldown: cooldown,
      remaining24h: null,
      ratePerSecond: 1,
      used: 0,
    },
    now,
  );
  if (verdict.usable) return { usable: true };
  return verdict.reason === "resting" && cooldown
    ? { usable: false, reason: cooldown.reason, since: cooldown.since }
    : { usable: false, reason: verdict.reason };
}

/** Incidents that are over when the token has just read the number: reading it is what had failed. */
const ENDED_BY_READING = new Set(["token_refused", "number_not_found"]);

/** What a reading was asked for by: the clock, a person, or a person who wants the line to send again. */
export type SyncTrigger = "clock" | "person" | "resume";

/**
 * Whether a cooldown may end, now that the number has been read and looks well. A person who asks for the reading has looked
 * after the cause; the clock ends only what the reading itself disproves. One that ends by itself ends sooner only for
 * who asks for just that.
 */
export function endsCooldown(line: NumberState, cooldown: Cooldown | null, trigger: SyncTrigger, now: number): boolean {
  if (cooldown === null || !lineHealth(line, null, now).usable) return false;
  if (cooldown.until !== null) return trigger === "resume";
  return trigger !== "clock" || ENDED_BY_READING.has(cooldown.reason);
}
