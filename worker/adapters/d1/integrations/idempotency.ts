import type { Sealer } from "#adapters/crypto/seal.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import { DAY_MS } from "#core/shared/time.ts";

export type IdempotencyClaim =
  | { state: "claimed" }
  | { state: "in_progress" }
  | { state: "other_request" }
  | { state: "answered"; status: number; body: string };

const KEEP_MS = DAY_MS;
/** A reservation whose request died is given up after this long. */
const ABANDONED_MS = 60_000;

/** First answers to creating POSTs, sealed, for 24 hours. */
export function idempotencyStore({ d1, tenantId }: TenantDb, sealer: Sealer) {
  const context = (key: string) => `idempotency:${tenantId}:${key}`;
  return {
    async claim(key: string, requestHash: string, now: number): Promise<IdempotencyClaim> {
      const [, inserted, row] = await d1.batch<{
        request_hash: string;
        response_status: number;
        sealed_response: string;
      }>([
        d1
          .prepare(
            `delete from idempotency_keys where tenant_id = ?1 and key = ?2
               and (created_at < ?3 or (response_status is null and created_at < ?4))`,
          )
          .bind(tenantId, key, now - KEEP_MS, now - ABANDONED_MS),
        d1
          .prepare(
            `insert into idempotency_keys (tenant_id, key, request_hash, created_at) values (?1, ?2, ?3, ?4)
             on conflict do nothing`,
          )
          .bind(tenantId, key, requestHash, now),
        d1
          .prepare(
            "select request_hash, response_status, sealed_response from idempotency_keys where tenant_id = ?1 and key = ?2",
          )
          .bind(tenantId, key),
      ]);
      if (inserted?.meta.changes) return { state: "claimed" };
      const first = row?.results[0];
      if (!first) return { state: "in_progress" };
      if (first.request_hash !== requestHash) return { state: "other_request" };
      if (first.response_status === null) return { state: "in_progress" };
      const body = await sealer.open(first.sealed_response, context(key));
      return body.ok
        ? { state: "answered", status: first.response_status, body: body.value }
        : { state: "other_request" };
    },
    async answer(key: string, status: number, body: string): Promise<void> {
      const sealed = await sealer.seal(body, context(key));
      await d1
        .prepare(
          "update idempotency_keys set response_status = ?3, sealed_response = ?4 where tenant_id = ?1 and key = ?2",
        )
        .bind(tenantId, key, status, sealed)
        .run();
    },
    async release(key: string): Promise<void> {
      await d1
        .prepare("delete from idempotency_keys where tenant_id = ?1 and key = ?2 and response_status is null")
        .bind(tenantId, key)
        .run();
    },
  };
}
