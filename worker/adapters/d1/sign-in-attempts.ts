import { sha256Hex } from "../hash.ts";

/** Ten guesses at one e-mail from one address; fifty from one address at any. After that, wait for the window to end. */
const WINDOW_MS = 10 * 60 * 1000;
const LIMIT_PER_EMAIL = 10;
const LIMIT_PER_ADDRESS = 50;

export type Admission = { ok: true } | { ok: false; retryAfterSeconds: number };

/**
 * Slows down guessing. A try is counted before the password is looked at, so that many at once can't slip through, and
 * a success gives it back. The counts lie in better-auth's `verification` table (short-lived secrets and their expiry);
 * neither e-mail nor address is stored, only their hash.
 */
export function signInAttempts(d1: D1Database) {
  const bucketsFor = async (email: string, address: string | null) => [
    { id: `sign-in:${await sha256Hex(`${email.toLowerCase()}\n${address ?? ""}`)}`, limit: LIMIT_PER_EMAIL },
    ...(address ? [{ id: `sign-in:${await sha256Hex(address)}`, limit: LIMIT_PER_ADDRESS }] : []),
  ];
  return {
    /** Counts one try, or says how long to wait. A refused try costs no write and does not prolong the wait. */
    async admit(email: string, address: string | null, now: number): Promise<Admission> {
      const buckets = await bucketsFor(email, address);
      const ids = JSON.stringify(buckets.map((bucket) => bucket.id));
      const [, counted, rows] = await d1.batch<{ id: string; expires_at: number }>([
        d1.prepare("delete from verification where expires_at <= ?1").bind(now),
        d1
          .prepare(
            `insert into verification (id, identifier, value, expires_at, created_at, updated_at)
             select value ->> 'id', 'sign-in', '1', ?2, ?3, ?3 from json_each(?1)
             where not exists (
               select 1 from json_each(?1) bucket join verification tries on tries.id = bucket.value ->> 'id'
               where cast(tries.value as integer) >= bucket.value ->> 'limit'
             )
             on conflict (id) do update set value = cast(cast(value as integer) + 1 as text), updated_at = ?3`,
          )
          .bind(JSON.stringify(buckets), now + WINDOW_MS, now),
        d1.prepare("select id, expires_at from verification where id in (select value from json_each(?1))").bind(ids),
      ]);
      if (counted?.meta.changes) return { ok: true };
      const until = Math.max(...(rows?.results ?? []).map((row) => row.expires_at), now);
      return { ok: false, retryAfterSeconds: Math.max(1, Math.ceil((until - now) / 1000)) };
    },
    /** The password was right: the tries so far were the person's own. */
    async forgive(email: string, address: string | null): Promise<void> {
      const [own, shared] = await bucketsFor(email, address);
      await d1.batch([
        d1.prepare("delete from verification where id = ?1").bind(own?.id ?? ""),
        d1
          .prepare("update verification set value = cast(cast(value as integer) - 1 as text) where id = ?1")
          .bind(shared?.id ?? ""),
      ]);
    },
  };
}
