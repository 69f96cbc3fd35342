import { drawText } from "./random.ts";

const HEX = "0123456789ABCDEF";
const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** `characters` from the platform's random source. */
function randomHex(characters: number): string {
  let text = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(characters))) text += HEX[byte % 16];
  return text;
}

/**
 * A message id built like Meta's: base64 of a small record that holds the peer's number, the direction and eighteen
 * random characters. 72 random bits: unique without asking anyone.
 */
export function newWamid(peer: string, direction: "outgoing" | "incoming"): string {
  const mark = direction === "outgoing" ? "\x15\x02\x00\x11\x18\x12" : "\x15\x02\x00\x12\x18\x14";
  const length = direction === "outgoing" ? 18 : 20;
  return `wamid.${btoa(`\x1c\x18${String.fromCharCode(peer.length)}${peer}${mark}${randomHex(length)}\x00`)}`;
}

/** Meta's trace id of an answer. */
export const newTraceId = (): string => `A${randomHex(22)}`;

/** Object ids of Graph are decimal and stay below 2^53. */
export const newObjectId = (): string => String(1_000_000_000_000_000 + Math.floor(Math.random() * 8e15));

/** The business-scoped id of a person: one per portfolio. */
export const userIdOf = (seed: string, portfolioId: string, person: string): string =>
  `BR.${drawText(ALPHANUMERIC, 20, seed, "bsuid", portfolioId, person)}`;
