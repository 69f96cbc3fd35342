/** What of a person is hashed; each kind apart, so that equal digits of two kinds say nothing of each other. */
export type PersonKey = "phone" | "document" | "userId";
export type HashPerson = (tenantId: string, key: PersonKey, value: string) => Promise<string>;

/** Another purpose gets another key: what is sealed with the credentials' key tells nothing of these. */
const PURPOSE = "erased-people/v1";

/**
 * HMAC-SHA-256 as base64. A phone number alone is guessed in seconds, so the hash needs a key; another tenant's hash of
 * the same number is another.
 *
 * @param keyBase64 CREDENTIALS_KEY; the key used here is derived from it
 */
export function makePersonHash(keyBase64: string): HashPerson {
  let key: Promise<CryptoKey> | undefined;
  return async (tenantId, kind, value) => {
    key ??= derive(keyBase64);
    const text = new TextEncoder().encode(JSON.stringify([tenantId, kind, value]));
    const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", await key, text));
    return btoa(String.fromCharCode(...bytes));
  };
}

async function derive(keyBase64: string): Promise<CryptoKey> {
  const bytes = Uint8Array.from(atob(keyBase64), (char) => char.charCodeAt(0));
  const source = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new TextEncoder().encode(PURPOSE) },
    source,
    { name: "HMAC", hash: "SHA-256", length: 256 },
    false,
    ["sign"],
  );
}
