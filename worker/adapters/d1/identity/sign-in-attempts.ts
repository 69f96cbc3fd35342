import { sha256Hex } from "#adapters/crypto/hash.ts";
import { DAY_MS, MINUTE_MS } from "#core/shared/time.ts";

/** Ten guesses at one e-mail from one network; fifty from one network at any. After that, wait for the window to end. */
const WINDOW_MS = 10 * MINUTE_MS;
const LIMIT_PER_EMAIL = 10;
const LIMIT_PER_NETWORK = 50;
/**
 * All networks together may try twenty times at one e-mail; then one try each 1, 2, 4, … 30 s. Nobody is shut out by
 * strangers: the wait is short, and does not concern a network from which the right password has come.
 */
const FREE_PER_ACCOUNT = 20;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
const KNOWN_MS = 30 * DAY_MS;

export type Admission = { ok: true } | { ok: false; retryAfterSeconds: number };
/** Shut until its window ends, or slowed down: then a try also moves the end of the window. */
type Bucket = { id: string; kind: "sign-in" | "sign-in-account"; limit: number };

/** When a bucket takes the next try. */
const OPENS_AT = `case when cast(tries.value as integer) < bucket.value ->> 'limit' then 0
    when tries.identifier = 'sign-in' then tries.expires_at
    else tries.updated_at
      + min(${LONGEST_DELAY_MS}, ${FIRST_DELAY_MS} << min(cast(tries.value as integer) - (bucket.value ->> 'limit'), 20)) end`;

/**
 * Slows down guessing. A try is counted before the password is looked at, so that many at once can't slip through, and
 * a success gives it back. The counts lie in better-auth's `verification` table (short-lived secrets and their expiry);
 * neither e-mail nor network is stored, only their hash.
 *
 * `network` is what `clientNetwork` makes of the caller's address; null when none is known, and then only the e-mail
 * is counted.
 */
export function signInAttempts(d1: D1Database) {
  const idsOf = async (email: string, network: string | null) => {
    const account = email.toLowerCase();
    const id = async (kind: string, text: string) => `${kind}:${await sha256Hex(text)}`;
    return {
      account: await id("sign-in-account", account),
      ofNetwork: network === null ? null : await id("sign-in", network),
      atNetwork: network === null ? null : await id("sign-in", `${account}\n${network}`),
      known: network === null ? null : await id("sign-in-known", `${account}\n${network}`),
    };
  };
  return {
    /** Counts one try, or says how long to wait. A refused try costs no write and does not prolong the wait. */
    async admit(email: string, network: string | null, now: number): Promise<Admission> {
      const { account, ofNetwork, atNetwork, known } = await idsOf(email, network);
      const isKnown = await d1
        .prepare("select 1 from verification where id = ?1 and expires_at > ?2")
        .bind(known ?? "", now)
        .first();
      const buckets: Bucket[] = [];
      if (atNetwork) buckets.push({ id: atNetwork, kind: "sign-in", limit: LIMIT_PER_EMAIL });
      if (ofNetwork) buckets.push({ id: ofNetwork, kind: "sign-in", limit: LIMIT_PER_NETWORK });
      if (!isKnown) buckets.push({ id: account, kind: "sign-in-account", limit: FREE_PER_ACCOUNT });
      const asked = JSON.stringify(buckets);
      const [, counted, rows] = await d1.batch<{ opens_at: number }>([
        d1.prepare("delete from verification where expires_at <= ?1").bind(now),
        d1
          .prepare(
            `insert into verification (id, identifier, value, expires_at, created_at, updated_at)
             select value ->> 'id', value ->> 'kind', '1', ?2, ?3, ?3 from json_each(?1)
             where not exists (
               select 1 from json_each(?1) bucket join verification tries on tries.id = bucket.value ->> 'id'
               where ${OPENS_AT} > ?3
             )
             on conflict (id) do update set value = cast(cast(value as integer) + 1 as text), updated_at = ?3,
               expires_at = case identifier when 'sign-in' then expires_at else ?2 end`,
          )
          .bind(asked, now + WINDOW_MS, now),
        d1
          .prepare(
            `select ${OPENS_AT} as opens_at from json_each(?1) bucket
             join verification tries on tries.id = bucket.value ->> 'id'`,
          )
          .bind(asked),
      ]);
      if (counted?.meta.changes) return { ok: true };
      const opensAt = Math.max(...(rows?.results ?? []).map((row) => row.opens_at), now);
      return { ok: false, retryAfterSeconds: Math.max(1, Math.ceil((opensAt - now) / 1000)) };
    },
    /** The password was right: this try was the person's own, and so were those before it from this network. */
    async forgive(email: string, network: string | null, now: number): Promise<void> {
      const { account, ofNetwork, atNetwork, known } = await idsOf(email, network);
      const shared = JSON.stringify([account, ofNetwork]);
      await d1.batch([
        d1.prepare("delete from verification where id = ?1").bind(atNetwork ?? ""),
        d1
          .prepare(
            `update verification set value = cast(max(0, cast(value as integer) - 1) as text)
             where id in (select value from json_each(?1))`,
          )
          .bind(shared),
        d1
          .prepare(
            `insert into verification (id, identifier, value, expires_at, created_at, updated_at)
             select ?1, 'sign-in-known', '', ?2, ?3, ?3 where ?1 <> ''
             on conflict (id) do update set expires_at = ?2, updated_at = ?3`,
          )
          .bind(known ?? "", now + KNOWN_MS, now),
      ]);
    },
  };
}
