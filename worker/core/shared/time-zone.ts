/**
 * The canonical name of an IANA time zone ("america/sao_paulo" → "America/Sao_Paulo"), or null when there is none such.
 * Fixed offsets ("-03:00") are refused: they would be wrong as soon as a government changes its clocks.
 */
export function canonicalTimeZone(name: string): string | null {
  if (!/^[A-Za-z]/.test(name)) return null;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
