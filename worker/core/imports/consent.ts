import { afterWord, type Consent, NO_WORD_YET } from "#core/audience/consent.ts";
import type { ImportedRow } from "./row.ts";

/** What a row makes of its person's consent. */
export interface RowConsent extends Consent {
  /** False when only the date of a refusal moved: nothing else becomes of the consent then. */
  isChange: boolean;
}

/**
 * Applies the words of a step's rows to what is known, one by one in the order of the file: a phone may stand there twice.
 *
 * @param known by phone in E.164; who is not in it has said nothing yet
 * @returns each row with what changes, or null, and with a notice when its yes is too old, or has no date, to lift a no
 */
export function decideConsents<Row extends Pick<ImportedRow, "phone" | "optIn" | "optInAt" | "notices">>(
  rows: readonly Row[],
  known: ReadonlyMap<string, Consent>,
  now: number,
): (Row & { consent: RowConsent | null })[] {
  const standing = new Map(known);
  return rows.map((row) => {
    const { phone, optIn, optInAt, notices } = row;
    if (optIn === null) return { ...row, consent: null };
    const before = standing.get(phone) ?? NO_WORD_YET;
    const after = afterWord(before, { says: optIn, at: optInAt }, now);
    standing.set(phone, after);
    if (after === before) {
      const isRefusalKept = optIn === "yes" && before.status === "revoked";
      return { ...row, consent: null, notices: isRefusalKept ? [...notices, "refusal_kept"] : notices };
    }
    const isChange = after.status !== before.status || after.yesAt !== before.yesAt;
    return { ...row, consent: { ...after, isChange } };
  });
}
