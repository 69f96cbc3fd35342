/** Digits of any script with what people put between them: 8 or more are a phone, a document or an account number. */
const LONG_NUMBER = /\p{Nd}(?:[\s().%/\p{Pd}\p{Cf}]{0,3}\p{Nd}){7,}/gu;
/** Meta's message ids hold the peer's phone in base64. */
const MESSAGE_ID = /wamid\.[\w+/=-]*/gi;
/** `BR.1a2B…`, `BR.ENT.…`: stands for one person, in one portfolio. */
const USER_ID = /[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{6,}/g;
const EMAIL = /[^\s@<>()"']{1,64}@[^\s@<>()"',;]{1,255}\.[a-z]{2,}/gi;
const NAMED_SECRET =
  /\b(bearer|oauth|access_token|appsecret_proof|client_secret|token)(["'=:\s]{1,4})([\w.|~+/=-]{8,})/gi;
const LONG_WORD = /[\w|-]{24,}/g;

/**
 * Takes personal data and secrets out of a text that comes from outside, before it is stored or logged. It would rather
 * take out a harmless number than leave a phone in; Meta's error codes have at most 7 digits and stay. Every pattern is
 * bounded, so the work grows with the length of the text and no faster.
 */
export function scrub(text: string): string {
  return text
    .replace(NAMED_SECRET, (all, name, between, value) => (/\d/.test(value) ? `${name}${between}[secret]` : all))
    .replace(MESSAGE_ID, "[message]")
    .replace(EMAIL, "[email]")
    .replace(USER_ID, (all) => (/\d/.test(all) ? "[user]" : all))
    .replace(LONG_WORD, (all) => (looksLikeKey(all) ? "[secret]" : all))
    .replace(LONG_NUMBER, "[number]");
}

/** Keys mix cases and digits or are hexadecimal; template names, which are worth reading, do neither. */
function looksLikeKey(word: string): boolean {
  return (/\d/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word)) || /^(?=.*\d)[0-9a-f]{32,}$/i.test(word);
}
