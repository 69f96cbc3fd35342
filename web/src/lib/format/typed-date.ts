/** Whether the day or the month is written first: 31/12/2026 or 12/31/2026. */
export type DateOrder = "day first" | "month first";
export type TypedDate =
  /** `2026-12-31` */
  { ok: true; date: string } | { ok: false; error: "empty" | "incomplete" | "impossible" };

export const orderOf = (locale: string): DateOrder => (locale.startsWith("en") ? "month first" : "day first");

/**
 * Reads a date as people write it: with slashes, points, dashes or spaces, or as bare digits; with two digits of the
 * year, or without a year, which then is the next such day, or the last one. A date that begins with its year, as
 * programs write it, too.
 * @param today `2026-11-27`
 */
export function readDate(text: string, order: DateOrder, today: string, wanted: "next" | "last" = "next"): TypedDate {
  const parts = text.match(/\d+/g) ?? [];
  if (parts.length === 0) return { ok: false, error: text.trim() === "" ? "empty" : "incomplete" };
  if (parts.length > 3 || /[^\d\s/.,-]/.test(text)) return { ok: false, error: "incomplete" };
  const [first = "", second = "", third = ""] = parts.length === 1 ? cut(parts[0] ?? "") : parts;
  if (first.length === 4) return build(first, second, third);
  if (second === "" || first.length > 2 || second.length > 2) return { ok: false, error: "incomplete" };
  const [day, month] = order === "day first" ? [first, second] : [second, first];
  if (third !== "") return build(third.length === 2 ? `20${third}` : third, month, day);
  const thisYear = build(today.slice(0, 4), month, day);
  const fits = thisYear.ok && (wanted === "next" ? thisYear.date >= today : thisYear.date <= today);
  return fits ? thisYear : build(String(Number(today.slice(0, 4)) + (wanted === "next" ? 1 : -1)), month, day);
}

/** Bare digits: 3112, 311226, 31122026 or 20261231. */
function cut(digits: string): string[] {
  const isYearFirst = digits.length === 8 && /^20\d\d(0[1-9]|1[0-2])/.test(digits) && Number(digits.slice(2, 4)) > 12;
  if (isYearFirst) return [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)];
  return [4, 6, 8].includes(digits.length) ? [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)] : [digits];
}

function build(year: string, month: string, day: string): TypedDate {
  if (year.length !== 4 || month === "" || day === "") return { ok: false, error: "incomplete" };
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const at = new Date(`${date}T00:00:00Z`);
  const exists = !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
  return exists ? { ok: true, date } : { ok: false, error: "impossible" };
}

/** `2026-12-31` as 31/12/2026 or 12/31/2026; "" for none. */
export function writeDate(date: string, order: DateOrder): string {
  const [year, month, day] = date.split("-");
  if (!year || !month || !day) return "";
  return order === "day first" ? `${day}/${month}/${year}` : `${month}/${day}/${year}`;
}

/**
 * Puts the slashes in while digits are typed or pasted at the end; what has been punctuated by hand stays. A dash after
 * four digits tells that they were a year.
 */
export function withSlashes(text: string): string {
  if (/^\d\d\/\d\d-/.test(text)) return text.replace("/", "");
  if (/^\d{3,8}$/.test(text) && cut(text)[0]?.length !== 4) {
    return [text.slice(0, 2), text.slice(2, 4), text.slice(4)].filter(Boolean).join("/");
  }
  return text.replace(/^(\d{1,2}\/\d{2})(\d{1,4})$/, "$1/$2");
}
