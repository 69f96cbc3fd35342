import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { MOST_FOUND } from "#adapters/d1/audience/contact-search.ts";
import { indexOlderContacts } from "#adapters/d1/audience/contact-words.ts";
import { tenantDb } from "#adapters/d1/tenant-db.ts";
import { wordsWanted } from "#core/audience/contact-words.ts";
import { fold, foldedSql } from "#core/shared/search.ts";
import { contactList } from "#http/audience/contacts.schema.ts";
import { aCampaign, aContact, anAudience, aTemplate, aTenant, type TestTenant } from "../../support/builders.ts";
import { expectBody } from "../../support/expect-problem.ts";

const named = z.object({ data: z.array(z.object({ name: z.string() })) });
const names = async (t: TestTenant, path: string, q: string) =>
  (await expectBody(await t.call("GET", `${path}?q=${encodeURIComponent(q)}`), 200, named)).data.map(
    ({ name }) => name,
  );
const contacts = async (t: TestTenant, query: Record<string, string>) =>
  expectBody(await t.call("GET", `/v1/contacts?${new URLSearchParams(query)}`), 200, contactList);

test("the database folds letters exactly as everything else does", async () => {
  const letters = Array.from({ length: 0x250 - 0x20 }, (_, index) => String.fromCharCode(0x20 + index)).join("");
  for (const text of [letters, letters.normalize("NFD"), "A\u0301urea Conceic\u0327a\u0303o"]) {
    const row = await env.DB.prepare(`select ${foldedSql("?1")} as folded`)
      .bind(text)
      .first<{ folded: string }>();
    expect(row?.folded).toBe(fold(text));
  }
});

describe("a search finds names without their accents and capitals, and with them", () => {
  const QUERIES = ["áurea", "AUREA", "Áurea", "cobranca", "COBRANÇA áurea"];

  test.each(["/v1/campaigns", "/v1/audiences", "/v1/contacts"])("GET %s", async (path) => {
    const t = await aTenant();
    const [name, other] = ["Cobrança Áurea", "Outra coisa"];
    const make = { "/v1/campaigns": aCampaign, "/v1/audiences": anAudience, "/v1/contacts": aContact }[path];
    await make?.(t, { name });
    await make?.(t, { name: other });
    await make?.(await aTenant(), { name });
    for (const q of QUERIES) expect(await names(t, path, q), q).toEqual([name]);
    expect(await names(t, path, " ")).toHaveLength(2);
  });

  test("GET /v1/templates", async () => {
    const t = await aTenant();
    await aTemplate(t, { name: "lembrete_vencimento" });
    await aTemplate(t, { name: "oferta" });
    for (const q of ["LEMBRETE", "lembrete vencimento", "brete_venc"])
      expect(await names(t, "/v1/templates", q), q).toEqual(["lembrete_vencimento"]);
  });
});

const shown = async (t: TestTenant, query: Record<string, string>) =>
  (await contacts(t, query)).data.map(({ name }) => name);

describe("a contact", () => {
  const ANA = { name: "Ana d'Ávila-Áurea", phone: "+5511912345678", document: "02998224725" };
  const more = { customerCode: "C-77/b", email: "Ana@Example.com" };

  test.each([
    "(11) 91234-5678",
    "+55 11 91234-5678",
    "(011) 1234-5678",
    "11 91234",
    "91234-5678",
    "9123-4",
    "1234-5",
    "5678",
    "029.982.247-25",
    "2998224725",
    "02998224725",
    "029.982",
    "c-77",
    "C-77/B",
    "ana@example",
    "aurea 5678",
    "ÁUREA an",
    "d'avi aurea",
    "ana 91234-5678",
    "avila",
  ])("is found by %j, in all and in its audience", async (q) => {
    const t = await aTenant();
    const audience = await anAudience(t);
    await aContact(t, { ...ANA, ...more, audienceId: audience.id });
    await aContact(t, { name: "Bia", phone: "+5511900000000", audienceId: audience.id });
    await aContact(await aTenant(), { ...ANA, ...more });
    const queries: Record<string, string>[] = [{ q }, { q, audienceId: audience.id }];
    for (const query of queries) expect(await shown(t, query)).toEqual([ANA.name]);
    const elsewhere = await anAudience(t);
    expect(await shown(t, { q, audienceId: elsewhere.id })).toEqual([]);
  });

  test.each(["urea", "bia aurea", "11 91234-5679", "example", "77", "--", '"', "ana* OR", "\ue000", "11"])(
    "is not found by %j",
    async (q) => {
      const t = await aTenant();
      await aContact(t, { ...ANA, ...more });
      expect(await shown(t, { q })).toEqual([]);
    },
  );

  test("comes before those whose words only begin so, and each once over the pages", async () => {
    const t = await aTenant();
    for (const name of ["Maria 1", "Mariana", "Ana Maria", "Mariano", "Bia"]) await aContact(t, { name });
    const expected = ["Ana Maria", "Maria 1", "Mariano", "Mariana"];
    expect(await shown(t, { q: "maria" })).toEqual(expected);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: z.infer<typeof contactList> = await contacts(t, {
        q: "maria",
        limit: "1",
        ...(cursor ? { cursor } : {}),
      });
      seen.push(...page.data.map(({ name }) => name));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(expected);
  });

  test("is found by what it is called now, by whatever way it was written, and not once it is gone", async () => {
    const t = await aTenant();
    const { id } = await aContact(t, ANA);
    await t.call("PATCH", `/v1/contacts/${id}`, { name: "Conceição", phone: "(21) 98888-7777" });
    for (const q of ["conceicao", "8888-7777"]) expect(await shown(t, { q }), q).toEqual(["Conceição"]);
    for (const q of ["aurea", "91234-5678"]) expect(await shown(t, { q }), q).toEqual([]);
    await env.DB.prepare("update contacts set name = 'Rosa' where id = ?1").bind(id).run();
    expect(await shown(t, { q: "rosa" })).toEqual(["Rosa"]);
    await env.DB.prepare("delete from contacts where id = ?1").bind(id).run();
    await aContact(t, { name: "Bia", phone: "+5521988887776" });
    expect(await shown(t, { q: "rosa" })).toEqual([]);
  });

  test("of a tenant whose id begins like another's is found by its own alone", async () => {
    const words = async (tenantId: string) =>
      (
        await env.DB.prepare("select words from contacts where tenant_id = ?1")
          .bind(tenantId)
          .first<{ words: string }>()
      )?.words;
    const insert = env.DB.prepare(
      "insert into contacts (id, tenant_id, name, created_at, updated_at) values (?1, ?2, '2 Ana', 0, 0)",
    );
    await insert.bind("con_prefix", "ten_prefix_1").run();
    expect(await words("ten_prefix_1")).toBe("tenprefix1\ue0002 tenprefix1\ue000Ana");
    expect(wordsWanted("ten_prefix_1", "2")).toEqual({ whole: '"tenprefix1\ue0002"', begins: '"tenprefix1\ue0002"*' });
    expect(wordsWanted("ten_prefix_12", "")).toBeNull();
  });
});

describe("contacts that are older than the search", () => {
  test("are put into it by the cron, the newest first, and repeating it changes nothing", async () => {
    const t = await aTenant();
    for (let i = 0; i < 5; i += 1) await aContact(t, { name: `Velha ${i}` });
    await env.DB.batch([
      env.DB.prepare("delete from contact_words"),
      env.DB.prepare("update contact_words_progress set below = (select max(rowid) + 1 from contacts)"),
    ]);
    expect(await shown(t, { q: "velha" })).toEqual([]);
    const db = tenantDb(env, t.tenantId);
    expect(await indexOlderContacts(db, 2)).toBe(true);
    expect(await shown(t, { q: "velha" })).toEqual(["Velha 4", "Velha 3"]);
    // One of those that are not in it yet changes, another goes: triggers and cron meet.
    await env.DB.prepare("update contacts set name = 'Velha nova' where tenant_id = ?1 and name = 'Velha 1'")
      .bind(t.tenantId)
      .run();
    await env.DB.prepare("delete from contacts where tenant_id = ?1 and name = 'Velha 0'").bind(t.tenantId).run();
    while (await indexOlderContacts(db, 2)) {
      // The next ones.
    }
    expect(await shown(t, { q: "velha" })).toEqual(["Velha 4", "Velha 3", "Velha 2", "Velha nova"]);
    expect(await indexOlderContacts(db, 2)).toBe(false);
  });
});

describe("a search among many", () => {
  const people = (t: TestTenant, count: number, from = 0) =>
    env.DB.prepare(
      `with recursive n (i) as (select ?3 union all select i + 1 from n where i + 1 < ?2)
       insert into contacts (id, tenant_id, name, created_at, updated_at)
       select 'con_' || ?1 || printf('%07d', i), ?1, 'Pessoa ' || cast(i as integer), 0, 0 from n`,
    )
      .bind(t.tenantId, from + count, from)
      .run();

  test("shows each once, the newest first, also while people come and go between two pages", async () => {
    const t = await aTenant();
    await people(t, 30);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: z.infer<typeof contactList> = await contacts(t, {
        q: "pessoa",
        limit: "7",
        ...(cursor ? { cursor } : {}),
      });
      seen.push(...page.data.map(({ name }) => name));
      cursor = page.nextCursor;
      if (seen.length === 7) {
        await people(t, 3, 30);
        await env.DB.prepare("delete from contacts where tenant_id = ?1 and name in ('Pessoa 23', 'Pessoa 10')")
          .bind(t.tenantId)
          .run();
      }
    } while (cursor);
    const expected = Array.from({ length: 30 }, (_, i) => `Pessoa ${29 - i}`);
    expect(seen).toEqual(expected.filter((name) => name !== "Pessoa 10"));
  });

  test("in an audience goes on with the cursor until it has seen everybody", async () => {
    const t = await aTenant();
    const audience = await anAudience(t);
    // The oldest, so the last to be looked at.
    const wanted = await aContact(t, { name: "Pessoa Áurea", audienceId: audience.id });
    await people(t, MOST_FOUND);
    const first = await contacts(t, { q: "pessoa", audienceId: audience.id });
    expect(first.data).toEqual([]);
    const second = await contacts(t, { q: "pessoa", audienceId: audience.id, cursor: first.nextCursor ?? "" });
    expect(second).toMatchObject({ data: [{ id: wanted.id }], nextCursor: null });
    expect(await shown(t, { q: "pessoa aurea", audienceId: audience.id })).toEqual([wanted.name]);
  });

  test.each([
    ["phone = '+5511912345678'", "contacts_phone"],
    ["document = '52998224725'", "contacts_document"],
    ["customer_code = 'C-77'", "contacts_code"],
  ])("%s is asked of an index", async (condition, index) => {
    const plan = await env.DB.prepare(
      `explain query plan select * from contacts where tenant_id = 'ten_1' and ${condition} order by +id desc limit 51`,
    ).all<{ detail: string }>();
    expect(plan.results.map(({ detail }) => detail).join("\n")).toContain(`USING INDEX ${index}`);
  });
});
