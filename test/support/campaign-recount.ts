import { runInDurableObject } from "cloudflare:test";
import { expect } from "vitest";
import type { RecipientStatus } from "#core/sending/recipient.ts";
import { countersOf, type TallyRow } from "#core/sending/tally.ts";
import type { CampaignFixture } from "./campaign-fixture.ts";

export interface StoredRow {
  contactId: string;
  status: RecipientStatus;
  attempt: number;
  claimId: string | null;
  messageId: string | null;
}
/** Counted beside the rows: what lines were given, what was warned of, through which channel people replied. */
const BESIDE_ROWS = /^(line|warned)\/|\/(idr|operation)$/;

/** Reads a campaign's rows, and checks its counters against a recount of them. For campaigns without waves. */
export async function recount(fixture: CampaignFixture): Promise<StoredRow[]> {
  const { rows, counters, recent, byStatus } = await runInDurableObject(
    fixture.campaign,
    (_, { storage: { sql } }) => ({
      rows: sql.exec<Record<string, SqlStorageValue>>("select * from recipients order by contact_id").toArray(),
      counters: sql.exec<{ key: string; value: number }>("select key, value from counters").toArray(),
      recent: sql.exec<{ value: string }>("select value from state where key = 'recent'").toArray()[0]?.value,
      byStatus: sql
        .exec<{ status: RecipientStatus; n: number }>("select status, count(*) as n from recipients group by status")
        .toArray(),
    }),
  );
  const expected = new Map<string, number>();
  for (const row of rows) {
    for (const key of countersOf(tallyRow(row))) expected.set(key, (expected.get(key) ?? 0) + 1);
  }
  const newest: { counters: [string, number][] } = JSON.parse(recent ?? '{"counters":[]}');
  const told = new Map([...counters.map(({ key, value }): [string, number] => [key, value]), ...newest.counters]);
  const kept = [...told].filter(([key, value]) => value !== 0 && !BESIDE_ROWS.test(key));
  expect(Object.fromEntries(kept)).toEqual(Object.fromEntries(expected));

  const n = (...statuses: RecipientStatus[]) =>
    byStatus.filter(({ status }) => statuses.includes(status)).reduce((sum, each) => sum + each.n, 0);
  const accounting = (await fixture.campaign.snapshot())?.accounting;
  // Whoever waits on the queue is pending as far as the row goes.
  const queued = accounting?.queued ?? 0;
  expect(accounting).toEqual({
    audience: rows.length,
    pending: n("pending") - queued,
    queued,
    sending: n("sending"),
    sent: n("sent", "delivered", "read"),
    failed: n("failed"),
    unknown: n("unknown"),
    skipped: n("skipped"),
    balanced: true,
  });
  return rows.map((row) => ({
    contactId: row.contact_id as string,
    status: row.status as RecipientStatus,
    attempt: row.attempt as number,
    claimId: row.claim_id as string | null,
    messageId: row.message_id as string | null,
  }));
}

const tallyRow = (row: Record<string, SqlStorageValue>): TallyRow => ({
  status: row.status as RecipientStatus,
  skipReason: row.skip_reason as TallyRow["skipReason"],
  wave: row.position === null ? null : 0,
  lineId: row.line_id as string | null,
  sentAt: row.sent_at as number | null,
  deliveredAt: row.delivered_at as number | null,
  readAt: row.read_at as number | null,
  failedAt: row.failed_at as number | null,
  repliedAt: row.replied_at as number | null,
  errorCode: row.error_code as number | null,
});
