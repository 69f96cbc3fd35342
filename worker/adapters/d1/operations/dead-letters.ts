import { and, count, desc, eq, inArray, isNotNull, isNull, lt } from "drizzle-orm";
import { type PageQuery, toPage } from "#adapters/d1/page.ts";
import { deadLetters } from "#adapters/d1/schema/operations.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import type { QueueName } from "#core/shared/queues.ts";

export type DeadLetterStatus = "open" | "retried" | "discarded";
export type DeadLetterQuery = PageQuery & { queue?: QueueName | undefined; status?: DeadLetterStatus | undefined };

/** The tenant's queue messages that failed for good. Bodies stay sealed: they hold data of people. */
export function deadLetterStore({ orm, tenantId }: TenantDb) {
  const { id, queue, attempts, at, retriedAt, discardedAt, sealedBody } = deadLetters;
  const shown = { id, queue, attempts, at, retriedAt, discardedAt };
  const sealed = { id, queue, sealedBody };
  const own = eq(deadLetters.tenantId, tenantId);
  const open = and(own, isNull(retriedAt), isNull(discardedAt));
  const ofStatus = { open, retried: isNotNull(retriedAt), discarded: isNotNull(discardedAt) };
  const get = async (deadLetterId: string) =>
    (await orm
      .select(shown)
      .from(deadLetters)
      .where(and(own, eq(id, deadLetterId)))
      .get()) ?? null;
  return {
    get,
    async list({ limit, cursor, queue: name, status }: DeadLetterQuery) {
      const rows = await orm
        .select(shown)
        .from(deadLetters)
        .where(
          and(
            own,
            name ? eq(queue, name) : undefined,
            status ? ofStatus[status] : undefined,
            cursor ? lt(id, cursor) : undefined,
          ),
        )
        .orderBy(desc(id))
        .limit(limit + 1);
      return toPage(rows, limit);
    },
    /** A letter with what it says, still sealed. */
    async sealed(deadLetterId: string) {
      return (
        (await orm
          .select(sealed)
          .from(deadLetters)
          .where(and(own, eq(id, deadLetterId)))
          .get()) ?? null
      );
    },
    /** Open letters with what they say, newest first. A body may have 170 KB, so ask for few at a time. */
    async openSealed({ before, limit }: { before: string | null; limit: number }) {
      return orm
        .select(sealed)
        .from(deadLetters)
        .where(and(open, before === null ? undefined : lt(id, before)))
        .orderBy(desc(id))
        .limit(limit);
    },
    async countOpen(): Promise<number> {
      return (await orm.select({ n: count() }).from(deadLetters).where(open).get())?.n ?? 0;
    },
    /** Marks open letters as retried. Answers the ids that were this caller's to take: of two callers, one gets each. */
    async take(deadLetterIds: string[], now: number): Promise<string[]> {
      const rows = await orm
        .update(deadLetters)
        .set({ retriedAt: now })
        .where(and(open, inArray(id, deadLetterIds)))
        .returning({ id });
      return rows.map((row) => row.id);
    },
    /** Undoes `take` for letters that reached no queue. */
    async putBack(deadLetterIds: string[], takenAt: number): Promise<void> {
      await orm
        .update(deadLetters)
        .set({ retriedAt: null })
        .where(and(own, eq(retriedAt, takenAt), inArray(id, deadLetterIds)));
    },
    /** Sets an open letter aside for good; it stays in the table. False when it was not open. */
    async discard(deadLetterId: string, now: number): Promise<boolean> {
      const rows = await orm
        .update(deadLetters)
        .set({ discardedAt: now })
        .where(and(open, eq(id, deadLetterId)))
        .returning({ id });
      return rows.length > 0;
    },
  };
}
