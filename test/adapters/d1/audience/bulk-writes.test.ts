import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { makeDeps, type TenantStore } from "#deps.ts";
import { aContact, aTenant } from "../../../support/builders.ts";
import { degradeD1 } from "../../../support/degraded-d1.ts";

/** What the store asks of D1 for this, each question with how SQLite would answer it. */
async function plansOf(tenantId: string, work: (store: TenantStore) => Promise<unknown>): Promise<string[]> {
  const asked: string[] = [];
  const restore = degradeD1((sql) => void asked.push(sql));
  try {
    await work(makeDeps(env).store(tenantId));
  } finally {
    restore();
  }
  return Promise.all(
    asked.map(async (sql) => {
      const values = new Set(sql.match(/\?\d+/g) ?? []).size || (sql.match(/\?/g) ?? []).length;
      const plan = env.DB.prepare(`explain query plan ${sql}`).bind(...Array.from({ length: values }, () => "[]"));
      const { results } = await plan.all<{ detail: string }>();
      return results.map(({ detail }) => detail).join("\n");
    }),
  );
}
/** All rows of a tenant, one by one: nothing narrows them but whose they are. */
const WHOLE_TENANT = /^(SCAN (contacts|blocks)\b|SEARCH .*\(tenant_id=\?\)$)/m;

test("an opt-out finds the people it is about, and reads nobody else", async () => {
  const t = await aTenant();
  const { id } = await aContact(t);
  const change = { eventId: "cns_1", source: "api", channel: "api", at: "now" } as const;
  const plans = await plansOf(t.tenantId, ({ contacts }) => contacts.optOut([id], change, null, Date.now()));
  expect(plans.length).toBeGreaterThanOrEqual(3);
  for (const plan of plans) expect(plan).not.toMatch(WHOLE_TENANT);
});

test("a list of blocks finds those that are there by their keys, however many a tenant has", async () => {
  const t = await aTenant();
  const block = { id: "blk_1", phone: "+5511961234567", document: null, userId: null, segmentId: null };
  const listed = [{ ...block, reason: "asked", contract: null, until: null }];
  const plans = await plansOf(t.tenantId, ({ blocks }) => blocks.takeListed(listed, Date.now()));
  expect(plans).toHaveLength(2);
  for (const plan of plans) expect(plan).not.toMatch(WHOLE_TENANT);
});
