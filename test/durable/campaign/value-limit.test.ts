import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CampaignStorage, jsonChunks } from "#durable/campaign/storage.ts";
import { newId } from "../../support/rows.ts";

/** The platform's limit of one value; the local runtime has a much higher one. */
const MOST_BYTES = 2_000_000;
const bytesOf = (text: string) => new TextEncoder().encode(text).length;

test("whatever is written together comes in parameters below the platform's 2 MB, complete and in order", () => {
  const value = fc.record({ text: fc.string({ unit: "grapheme" }), times: fc.integer({ min: 1, max: 4_000 }) });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), (values) => {
      const texts = values.map(({ text, times }) => text.slice(0, 20).repeat(times));
      const chunks = jsonChunks(texts);
      for (const chunk of chunks) expect(bytesOf(chunk)).toBeLessThan(MOST_BYTES);
      expect(chunks.flatMap((chunk) => JSON.parse(chunk))).toEqual(texts);
    }),
    { numRuns: 50 },
  );
});

test("4,000 people with eight long variables each are prepared, changed and read within it", async () => {
  const object = env.CAMPAIGNS.get(env.CAMPAIGNS.idFromName(newId("cmp")));
  await runInDurableObject(object, (_, { storage }) => {
    const { sql } = storage;
    let largest = 0;
    const limited = new Proxy(sql, {
      get(target, key) {
        if (key !== "exec") return Reflect.get(target, key);
        return (query: string, ...bindings: SqlStorageValue[]) => {
          for (const binding of bindings) {
            if (typeof binding !== "string") continue;
            largest = Math.max(largest, bytesOf(binding));
            if (bytesOf(binding) > MOST_BYTES) throw new Error("string or blob too big: SQLITE_TOOBIG");
          }
          return target.exec(query, ...bindings);
        };
      },
    });
    const campaign = new CampaignStorage({
      sql: limited,
      transactionSync: storage.transactionSync.bind(storage),
    } as never);
    const vars = JSON.stringify(Array.from({ length: 8 }, (_, i) => `variável ${i} ${"ção".repeat(25)}`));
    const ids = Array.from({ length: 4_000 }, (_, i) => `con_${String(i).padStart(26, "0")}`);
    campaign.insert(
      ids.map((contactId, i) => ({
        ...{ contactId, position: i + 1, status: "pending", skipReason: null, name: "João" },
        ...{ phone: `+55119${String(i).padStart(8, "0")}`, reportFields: [null, null, null], vars },
      })),
    );
    const rows = campaign.byIds(ids);
    expect(rows).toHaveLength(4_000);
    campaign.update(
      rows.map((before) => ({ before, after: { ...before, status: "failed", errorDetail: "x".repeat(500) } })),
    );
    expect(campaign.byIds(ids).every(({ status }) => status === "failed")).toBe(true);
    const happened = { event: "failed", code: null, message: "x".repeat(500) } as const;
    campaign.addEvents(ids.map((contactId) => ({ contactId, at: 1, happened })));
    expect(sql.exec("select count(*) as n from events").one().n).toBe(4_000);
    expect(largest).toBeGreaterThan(400_000);
  });
});
