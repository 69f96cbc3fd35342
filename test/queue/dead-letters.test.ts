import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import worker from "../../worker/index.ts";
import { aTenant } from "../support/builders.ts";

test("what failed for good is stored sealed, listed to its tenant and alerted, once however often it is delivered", async () => {
  const tenant = await aTenant();
  const stranger = await aTenant();
  const body = { kind: "import" as const, tenantId: tenant.tenantId, importId: "imp_secret" };
  for (let delivery = 1; delivery <= 2; delivery++) {
    const batch = createMessageBatch("jobs-dead", [
      { id: `dead${tenant.tenantId}`, timestamp: new Date(), attempts: 11, body },
    ]);
    const ctx = createExecutionContext();
    await worker.queue(batch, env, ctx);
    expect((await getQueueResult(batch, ctx)).explicitAcks.length).toBe(1);
  }
  const listed = await (await tenant.call("GET", "/v1/dead-letters")).json<{
    data: { queue: string; attempts: number }[];
  }>();
  expect(listed.data).toMatchObject([{ queue: "jobs", attempts: 11 }]);
  const alerts = await (await tenant.call("GET", "/v1/alerts?status=open")).json<{ data: { kind: string }[] }>();
  expect(alerts.data.map((alert) => alert.kind)).toEqual(["dead_letters"]);
  const others = await (await stranger.call("GET", "/v1/dead-letters")).json<{ data: unknown[] }>();
  expect(others.data).toEqual([]);
  const stored = await env.DB.prepare("select sealed_body from dead_letters where tenant_id = ?")
    .bind(tenant.tenantId)
    .first<{ sealed_body: string }>();
  expect(stored?.sealed_body).not.toContain("imp_secret");
});
