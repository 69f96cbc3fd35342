import { draw } from "./random.ts";

/** Share of people beyond DDD 30 whose account dates from before the ninth digit. */
const OLD_ACCOUNT_SHARE = 0.4;
const BRAZIL_MOBILE = /^55(\d{2})9(\d{8})$/;
const BRAZIL_MOBILE_WITHOUT_NINE = /^55(\d{2})([6-9]\d{7})$/;

/** The digits of a number as callers write it ("+55 (11) 9…"), or null when it cannot be an international number. */
export function digitsOf(raw: string): string | null {
  if (!/^\+?[\d\s().-]+$/.test(raw)) return null;
  const digits = raw.replace(/\D/g, "");
  return digits.length >= 7 && digits.length <= 15 && !digits.startsWith("0") ? digits : null;
}

/** One form per person: Brazilian mobiles always with the ninth digit. */
export const canonicalDigits = (digits: string): string => digits.replace(BRAZIL_MOBILE_WITHOUT_NINE, "55$19$2");

/**
 * The id WhatsApp knows the person by. In Brazil it lacks the ninth digit for accounts older than the digit: never for
 * DDD 11 to 30, for a fixed part of the people elsewhere.
 */
export function waIdOf(seed: string, digits: string): string {
  const canonical = canonicalDigits(digits);
  const match = BRAZIL_MOBILE.exec(canonical);
  const old = match !== null && Number(match[1]) >= 31 && draw(seed, "old-account", canonical) < OLD_ACCOUNT_SHARE;
  return old ? `55${match[1]}${match[2]}` : canonical;
}

/** False for a +55 number that no Brazilian line can have; WhatsApp accepts it and reports it undeliverable later. */
export const isPlausible = (digits: string): boolean =>
  !digits.startsWith("55") || /^55[1-9][1-9](9\d{8}|[2-9]\d{7})$/.test(digits);
