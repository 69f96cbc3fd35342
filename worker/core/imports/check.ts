import type { LineNotice, Notice, ReasonTally } from "./notices.ts";
import type { Rejection } from "./row.ts";

/**
 * What an import does with its file at the moment. `check`: reads it and waits for a person's word. `trial`: reads it and
 * goes on by itself unless too much was rejected. `write`: stores its people. `removal`: ends memberships, after all of it.
 */
export type ImportPass = "check" | "trial" | "write" | "removal";

/** In these nothing of the file is stored. */
export const onlyReads = (pass: ImportPass): boolean => pass === "check" || pass === "trial";

/** What a file would do, counted up to where its reading stands. */
export interface CheckFigures {
  totalRows: number;
  /** Rows of people whom no contact is yet, and of those whom one is. */
  newRows: number;
  knownRows: number;
  /** Of the known ones, those who are in the audience already. */
  memberRows: number;
  rejectedRows: number;
  /** Rows that would be taken although something in them could not be. */
  warningRows: number;
  otherChannelRows: number;
  rejections: ReasonTally<Rejection>;
  notices: ReasonTally<Notice | LineNotice>;
}

export const NOTHING_CHECKED: CheckFigures = {
  totalRows: 0,
  newRows: 0,
  knownRows: 0,
  memberRows: 0,
  rejectedRows: 0,
  warningRows: 0,
  otherChannelRows: 0,
  rejections: {},
  notices: {},
};

/** How many rows of a checked file are shown one by one. */
export const MOST_FIRST_ROWS = 50;

/**
 * Whether more of a file is rejected than its tenant takes. Rows of another channel are nobody's mistake: they count neither way.
 *
 * @param mostPercent 0 to 100; without one any share is taken
 */
export function rejectsTooMuch(
  { totalRows, otherChannelRows, rejectedRows }: Pick<CheckFigures, "totalRows" | "otherChannelRows" | "rejectedRows">,
  mostPercent: number | null | undefined,
): boolean {
  if (mostPercent === null || mostPercent === undefined) return false;
  return rejectedRows * 100 > mostPercent * (totalRows - otherChannelRows);
}

/** A checked file that nobody starts is kept for so long. */
export const CHECK_KEPT_MS = 7 * 24 * 60 * 60_000;
