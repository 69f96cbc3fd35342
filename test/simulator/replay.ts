import { z } from "zod";
import { INSERT_WEBHOOKS, type MessageLog } from "./message-log.ts";

/** Keeps the JSON of one statement far below the 2 MB that a parameter may have. */
const ROWS_PER_STATEMENT = 2_000;
const KINDS = ["sent", "delivered", "read", "failed", "reply"] as const;
const planSchema = z.array(z.looseObject({ kind: z.enum(KINDS), dueMs: z.number() }));

/**
 * Plans once more the updates about messages that were answered 200 since a moment: Meta may repeat what it told.
 * Answers how many. The record keeps the moment at which each was told first.
 */
export function replay(sql: SqlStorage, log: MessageLog, sinceMs: number, nowMs: number): number {
  const columns = KINDS.map((kind) => `m.${kind}_ms`);
  const rows = sql.exec(
    `select m.seq, b.plan, ${columns.join(", ")} from messages m join bodies b on b.seq = m.seq
       where ${columns.map((column) => `${column} >= ?1`).join(" or ")} order by m.seq`,
    sinceMs,
  );
  const again = rows.toArray().flatMap((row) =>
    planSchema.parse(JSON.parse(String(row.plan))).flatMap(({ kind, dueMs: _, ...detail }) => {
      const toldMs = row[`${kind}_ms`];
      if (typeof toldMs !== "number" || toldMs < sinceMs) return [];
      return [[nowMs, log.nextWebhookId(), row.seq, kind, JSON.stringify(detail)]];
    }),
  );
  for (let at = 0; at < again.length; at += ROWS_PER_STATEMENT)
    sql.exec(INSERT_WEBHOOKS, JSON.stringify(again.slice(at, at + ROWS_PER_STATEMENT)));
  return again.length;
}
