import type { Context } from "hono";
import type { AppEnv } from "./context.ts";
import { firstAnswer, idempotencyKey } from "./idempotency.ts";

/**
 * `Idempotency-Key` for a body that is streamed away and can't be read twice: it is compared by its digest once it is
 * stored. A repeat gets the first answer, and what it stored is dropped.
 *
 * @param create makes the thing and its answer; runs once per key
 * @param drop removes what this request stored
 * @param read reads the first answer again
 */
export async function idempotentUpload<T>(
  c: Context<AppEnv>,
  bodyDigest: ArrayBuffer,
  { create, drop, read }: { create: () => Promise<T>; drop: () => Promise<void>; read: (answer: unknown) => T },
): Promise<T> {
  const reserve = async () => {
    const key = idempotencyKey(c);
    return { key, first: key ? await firstAnswer(c, key, toHex(bodyDigest)) : null };
  };
  const { key, first } = await reserve().catch(async (error: unknown) => {
    await drop();
    throw error;
  });
  if (first) {
    await drop();
    return read(JSON.parse(first.body));
  }
  if (!key) return create();
  const keys = c.var.deps.idempotency(c.var.principal.tenantId);
  try {
    const answer = await create();
    await keys.answer(key, 202, JSON.stringify(answer));
    return answer;
  } catch (error) {
    await keys.release(key);
    throw error;
  }
}

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
