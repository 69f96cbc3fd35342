/**
 * A number as it stands in a spreadsheet: `1.234,56`, `1234.56`, `1,234.56`, `R$ 90`, `10%`. The separator that comes
 * last is the decimal one, but for one that only groups thousands: `1.234` is Brazilian for 1234, `0.125` is not.
 */
export function readNumber(text: string): number | null {
  const match = /^([+-]?)\s*(?:R\$\s*)?([+-]?)(\d[\d.,]*)\s*%?$/i.exec(text.trim());
  const digits = match?.[3];
  if (match === null || digits === undefined || (match[1] && match[2])) return null;
  const plain = plainDecimal(digits);
  if (plain === null) return null;
  return match[1] === "-" || match[2] === "-" ? -Number(plain) : Number(plain);
}

function plainDecimal(digits: string): string | null {
  if (/^\d+$/.test(digits)) return digits;
  if (/^[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$/.test(digits)) return digits.replaceAll(".", "").replace(",", ".");
  if (/^[1-9]\d{0,2}(?:,\d{3})+\.\d+$|^[1-9]\d{0,2}(?:,\d{3}){2,}$/.test(digits)) return digits.replaceAll(",", "");
  return /^\d+[.,]\d+$/.test(digits) ? digits.replace(",", ".") : null;
}

/**
 * A day or an instant in milliseconds: `2026-12-01`, `2026-12-01 10:00:00`, `2026-12-01T10:00:00-03:00`, `01/12/2026`,
 * `01/12/2026 10:00`. Without an offset it is read as UTC, which is right whenever both sides are written alike.
 */
export function readDate(text: string): number | null {
  const trimmed = text.trim();
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](.+))?$/.exec(trimmed);
  if (iso) return instant(iso[1], iso[2], iso[3], iso[4]);
  const brazilian = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:[T ]+(.+))?$/.exec(trimmed);
  return brazilian ? instant(brazilian[3], brazilian[2], brazilian[1], brazilian[4]) : null;
}

function instant(year: string | undefined, month: string | undefined, day: string | undefined, time?: string) {
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const date = new Date(midnight);
  // Date.UTC turns 31/02 into March.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return null;
  if (time === undefined) return midnight;
  const offset = timeOfDay(time);
  return offset === null ? null : midnight + offset;
}

/** Milliseconds from UTC midnight of the written day. */
function timeOfDay(time: string): number | null {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?:Z|([+-])(\d{2}):?(\d{2}))?$/i.exec(time);
  if (match === null) return null;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const milliseconds = Number((match[4] ?? "0").padEnd(3, "0").slice(0, 3));
  const zoneMinutes = Number(`${match[5] ?? "+"}1`) * (Number(match[6] ?? 0) * 60 + Number(match[7] ?? 0));
  return ((hour * 60 + minute - zoneMinutes) * 60 + second) * 1000 + milliseconds;
}
