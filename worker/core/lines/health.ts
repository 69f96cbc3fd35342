import type { QualityRating } from "#core/meta/quality.ts";
import { usability } from "./rotation.ts";

/** Why a line pauses, from when and until when; `until` null means until somebody finds it well. */
export interface Rest {
  reason: string;
  since: number;
  until: number | null;
}

export interface LineHealth {
  usable: boolean;
  /** A stable word: why it rests, `not_connected` or `quality_red`. */
  reason?: string;
  /** Since when it rests, ms; nobody tells us when a number's status or quality fell. */
  since?: number;
}

/**
 * Of two rests the one that lasts longer, the newer if they end together: an account that is restricted for a week is
 * not well again because one of its sends asked for a minute's rest.
 */
export function longerRest(before: Rest | null, newer: Rest): Rest {
  const end = ({ until }: Rest) => until ?? Number.POSITIVE_INFINITY;
  return before !== null && end(before) > end(newer) ? before : newer;
}

interface NumberState {
  status: string;
  quality: QualityRating;
}

/** Whether a line may send at `now` (ms), whatever the campaign, its template and the portfolio's limit. */
export function lineHealth(line: NumberState, rest: Rest | null, now: number): LineHealth {
  const verdict = usability(
    {
      ...line,
      lineId: "",
      kind: "prospect",
      templateLinked: true,
      resting: rest,
      remaining24h: null,
      ratePerSecond: 1,
      used: 0,
    },
    now,
  );
  if (verdict.usable) return { usable: true };
  return verdict.reason === "resting" && rest
    ? { usable: false, reason: rest.reason, since: rest.since }
    : { usable: false, reason: verdict.reason };
}

/** Troubles that are over when the token has just read the number: reading it is what had failed. */
const ENDED_BY_READING = new Set(["token_refused", "number_not_found"]);

/** Who asks: the clock, a person for a reading, or a person for the line to send again. */
export type AskedBy = "clock" | "person" | "resume";

/**
 * Whether a rest may end, now that the number has been read and looks well. A person who asks for the reading has looked
 * after the cause; the clock ends only what the reading itself disproves. One that ends by itself ends sooner only for
 * who asks for just that.
 */
export function endsRest(line: NumberState, rest: Rest | null, askedBy: AskedBy, now: number): boolean {
  if (rest === null || !lineHealth(line, null, now).usable) return false;
  if (rest.until !== null) return askedBy === "resume";
  return askedBy !== "clock" || ENDED_BY_READING.has(rest.reason);
}
