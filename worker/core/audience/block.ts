/** By what a block covers people, and in which campaigns. */
export interface BlockKeys {
  /** E.164. */
  phone: string | null;
  document: string | null;
  /** Meta's id of a person (BSUID). */
  userId: string | null;
  /** Null: in campaigns of all segments. */
  segmentId: string | null;
}

/** A block as a list says it. */
export interface ListedBlock extends BlockKeys {
  reason: string;
  contract: string | null;
  /** It covers nobody from then on (ms); null: it has no end. */
  until: number | null;
}

/** Characters of what is told of a block. */
export const LONGEST_BLOCK_REASON = 200;
export const LONGEST_BLOCK_CONTRACT = 80;

/** Country, a dot, letters and digits; of linked portfolios with `ENT.` between. */
export const USER_ID = /^[A-Z]{2}\.[A-Za-z0-9.]{1,160}$/;

/** As `blocks.keys` writes it: the same text for the same people in the same campaigns. */
export const blockKeysText = ({ phone, document, userId, segmentId }: BlockKeys): string =>
  [phone, document, userId, segmentId].map((key) => key ?? "").join("\t");

/** Whether one ends after the other. */
export const endsLater = (a: number | null, b: number | null): boolean => b !== null && (a === null || a > b);

/**
 * Each of these people once. Where a list names them twice it is as if both blocks stood: the one that ends later is what
 * counts.
 */
export function withoutRepeats<B extends ListedBlock>(listed: readonly B[]): B[] {
  const byKeys = new Map<string, B>();
  for (const block of listed) {
    const keys = blockKeysText(block);
    const before = byKeys.get(keys);
    if (!before || endsLater(block.until, before.until)) byKeys.set(keys, block);
  }
  return [...byKeys.values()];
}
