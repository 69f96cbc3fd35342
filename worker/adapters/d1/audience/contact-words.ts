import { contactWordsProgress } from "#adapters/d1/schema/audience.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";

/**
 * Puts the next contacts of any tenant, the newest first, into the index that they are older than. Together with how far
 * it is, so it is safe to repeat; what triggers have put in meanwhile is written once more, as it stands.
 *
 * @returns whether there may be more
 */
export async function indexOlderContacts({ d1, orm }: Pick<TenantDb, "d1" | "orm">, rows: number): Promise<boolean> {
  const progress = await orm.select().from(contactWordsProgress).get();
  if (!progress || progress.below <= 0) return false;
  const next = "contacts where rowid < (select below from contact_words_progress) order by rowid desc limit ?1";
  await d1.batch([
    d1.prepare(`insert or replace into contact_words (rowid, words) select rowid, words from ${next}`).bind(rows),
    d1
      .prepare(
        `update contact_words_progress set below = coalesce((select min(rowid) from (select rowid from ${next})), 0)`,
      )
      .bind(rows),
  ]);
  return true;
}
