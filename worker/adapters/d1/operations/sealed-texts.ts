import type { Sealer } from "#adapters/crypto/seal.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";

/** Where texts with data of people lie sealed. */
export const SEALED_IN = ["deadLetters", "storedAnswers"] as const;
export type SealedIn = (typeof SEALED_IN)[number];

const TABLES = {
  deadLetters: {
    table: "dead_letters",
    key: "id",
    text: "sealed_body",
    context: (key: string) => `dead-letter:${key}`,
  },
  storedAnswers: {
    table: "idempotency_keys",
    key: "key",
    text: "sealed_response",
    context: (key: string, tenantId: string) => `idempotency:${tenantId}:${key}`,
  },
} as const;

/** What can't be searched by a question: each text has to be opened. */
export function sealedTextStore({ d1, tenantId }: TenantDb, sealer: Sealer) {
  return {
    /** The next texts in the order of their keys; null is one that can't be opened. A body may have 170 KB. */
    async page(where: SealedIn, after: string, limit: number): Promise<{ key: string; text: string | null }[]> {
      const { table, key, text, context } = TABLES[where];
      const { results } = await d1
        .prepare(
          `select ${key} as key, ${text} as text from ${table} where tenant_id = ?1 and ${key} > ?2 order by ${key} limit ?3`,
        )
        .bind(tenantId, after, limit)
        .all<{ key: string; text: string | null }>();
      return Promise.all(
        results.map(async (row) => {
          const opened = row.text === null ? null : await sealer.open(row.text, context(row.key, tenantId));
          return { key: row.key, text: opened?.ok ? opened.value : null };
        }),
      );
    },
    /** Another text in its place. */
    async put(where: SealedIn, rowKey: string, content: string): Promise<void> {
      const { table, key, text, context } = TABLES[where];
      await d1
        .prepare(`update ${table} set ${text} = ?3 where tenant_id = ?1 and ${key} = ?2`)
        .bind(tenantId, rowKey, await sealer.seal(content, context(rowKey, tenantId)))
        .run();
    },
    async remove(where: SealedIn, keys: string[]): Promise<void> {
      const { table, key } = TABLES[where];
      await d1
        .prepare(`delete from ${table} where tenant_id = ?1 and ${key} in (select value from json_each(?2))`)
        .bind(tenantId, JSON.stringify(keys))
        .run();
    },
  };
}
