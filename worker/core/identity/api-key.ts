/** Tells an API key from a session token, for people and for secret scanners. */
export const API_KEY_MARK = "wak_";
/** 256 bits: nothing to guess, so a fast hash at rest is enough. */
export const API_KEY_BYTES = 32;
/** How much of a key is kept readable, so that people can tell their keys apart. */
const PREFIX_LENGTH = 12;

export interface NewApiKey {
  /** Shown once. */
  key: string;
  prefix: string;
}

/** @param bytes 32 random bytes: 43 characters of base64url */
export function makeApiKey(bytes: Uint8Array): NewApiKey {
  const text = btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
  const key = API_KEY_MARK + text;
  return { key, prefix: key.slice(0, PREFIX_LENGTH) };
}
