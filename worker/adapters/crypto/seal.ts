import { err, ok, type Result } from "#core/shared/result.ts";

/** Encrypts small secrets at rest with AES-256-GCM. */
export interface Sealer {
  /** `context` is bound to the text (additional data): a sealed value copied to another row does not open. */
  seal(plain: string, context: string): Promise<string>;
  open(sealed: string, context: string): Promise<Result<string, "unreadable">>;
}

const VERSION = "v1";
const IV_BYTES = 12;

/** @param keyBase64 32 bytes, base64 */
export function makeSealer(keyBase64: string): Sealer {
  let key: Promise<CryptoKey> | undefined;
  const getKey = () => {
    key ??= crypto.subtle.importKey("raw", fromBase64(keyBase64), "AES-GCM", false, ["encrypt", "decrypt"]);
    return key;
  };
  const algorithm = (iv: Uint8Array<ArrayBuffer>, context: string) => ({
    name: "AES-GCM",
    iv,
    additionalData: new TextEncoder().encode(context),
  });
  return {
    async seal(plain, context) {
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
      const bytes = await crypto.subtle.encrypt(
        algorithm(iv, context),
        await getKey(),
        new TextEncoder().encode(plain),
      );
      return `${VERSION}.${toBase64(iv)}.${toBase64(new Uint8Array(bytes))}`;
    },
    async open(sealed, context) {
      const [version, iv, bytes] = sealed.split(".");
      if (version !== VERSION || !iv || !bytes) return err("unreadable");
      try {
        const plain = await crypto.subtle.decrypt(
          algorithm(fromBase64(iv), context),
          await getKey(),
          fromBase64(bytes),
        );
        return ok(new TextDecoder().decode(plain));
      } catch {
        return err("unreadable");
      }
    },
  };
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
