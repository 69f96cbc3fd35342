/**
 * What Meta charges per delivered message to a person in Brazil, in US dollars: Meta's rate card as of September 2026,
 * "Pricing on the WhatsApp Business Platform", before volume tiers. Bring date and rates up to date together.
 */
export const BRAZIL_RATES = {
  asOf: "2026-09-11",
  currency: "USD",
  perMessage: { MARKETING: 0.0625, UTILITY: 0.0068, AUTHENTICATION: 0.0068 },
} as const;

export interface CostEstimate {
  /** In units of `currency`, two decimals. */
  amount: number;
  currency: string;
  /** The template's present category: Meta may change it, and the price with it. */
  category: string;
}

/** What delivering `messages` of a template would cost at most; null for a category without a rate. */
export function estimateCost(category: string, messages: number): CostEstimate | null {
  const { currency, perMessage } = BRAZIL_RATES;
  const key = category.toUpperCase();
  if (!isPriced(key)) return null;
  return { amount: Math.round(messages * perMessage[key] * 100) / 100, currency, category: key };
}

/** How many times as much a message of one category costs as one of another, whole; null when a rate is not known. */
export function priceRatio(from: string, to: string): number | null {
  const { perMessage } = BRAZIL_RATES;
  return isPriced(from) && isPriced(to) ? Math.round(perMessage[to] / perMessage[from]) : null;
}

const isPriced = (category: string): category is keyof typeof BRAZIL_RATES.perMessage =>
  Object.hasOwn(BRAZIL_RATES.perMessage, category);
