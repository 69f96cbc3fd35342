import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/**
 * scrypt by the platform's native code: better-auth's own is JavaScript outside Node. Cost and format (`salt:key` in
 * hex) are better-auth's, so that either can read what the other wrote. About 80 ms and 32 MB a time.
 */
const COST = { N: 16_384, r: 16, p: 1, maxmem: 128 * 16_384 * 16 * 2 };
const KEY_BYTES = 64;
const SALT_BYTES = 16;

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES).toString("hex");
  return `${salt}:${(await derive(password, salt)).toString("hex")}`;
}

export async function verifyPassword(hash: string, password: string): Promise<boolean> {
  const [salt, key] = hash.split(":");
  if (!salt || !key) return false;
  const wanted = Buffer.from(key, "hex");
  const given = await derive(password, salt);
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}

function derive(password: string, salt: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, KEY_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
