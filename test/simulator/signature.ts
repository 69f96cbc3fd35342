const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Signs webhook bodies with the app secret; the key is imported once. */
export class Signer {
  private readonly key: Promise<CryptoKey>;

  constructor(appSecret: string) {
    const hmac = { name: "HMAC", hash: "SHA-256" };
    this.key = crypto.subtle.importKey("raw", new TextEncoder().encode(appSecret), hmac, false, ["sign"]);
  }

  /** The value of `X-Hub-Signature-256` for these bytes. */
  async sign(body: Uint8Array): Promise<string> {
    return `sha256=${hex(await crypto.subtle.sign("HMAC", await this.key, body))}`;
  }
}
