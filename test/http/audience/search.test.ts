import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { SEARCH_ROWS } from "#adapters/d1/audience/contact-search.ts";
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

describe("a contact", () => {
  const ANA = { name: "Ana Áurea", phone: "+5511912345678", document: "52998224725" };
  const more = { customerCode: "C-77", email: "Ana@Example.com" };

  test.each([
    "(11) 91234-5678",
    "+55 11 91234-5678",
    "91234-5678",
    "529.982.247-25",
    "52998224725",
    "529.982",
    "c-77",
    "ana@example",
    "aurea 5678",
  ])("is found by %j, in all and in its audience", async (q) => {
    const t = await aTenant();
    const audience = await anAudience(t);
    await aContact(t, { ...ANA, ...more, audienceId: audience.id });
    await aContact(t, { name: "Bia", phone: "+5511900000000", audienceId: audience.id });
    await aContact(await aTenant(), { ...ANA, ...more });
    const queries: Record<string, string>[] = [{ q }, { q, audienceId: audience.id }];
    for (const query of queries) expect((await contacts(t, query)).data.map(({ name }) => name)).toEqual([ANA.name]);
    const elsewhere = await anAudience(t);
    expect((await contacts(t, { q, audienceId: elsewhere.id })).data).toEqual([]);
  });

  test("is found by what it is called now", async () => {
    const t = await aTenant();
    const { id } = await aContact(t, ANA);
    await t.call("PATCH", `/v1/contacts/${id}`, { name: "Conceição" });
    expect(await names(t, "/v1/contacts", "conceicao")).toEqual(["Conceição"]);
    expect(await names(t, "/v1/contacts", "aurea")).toEqual([]);
  });
});

describe("among more contacts than a request looks through", () => {
  test("a search goes on with the cursor until it has seen everybody, and whole numbers are found at once", async () => {
    const t = await aTenant();
    const audience = await anAudience(t);
    // The oldest, so the last to be looked at.
    const wanted = { id: "con_0", name: "Áurea", phone: "+5511912345678", document: "52998224725" };
    await aContact(t, { ...wanted, audienceId: audience.id });
    await env.DB.prepare(
      `with recursive n (i) as (select 1 union all select i + 1 from n where i < ?2)
       insert into contacts (id, tenant_id, name, created_at, updated_at)
       select 'con_1' || printf('%07d', i), ?1, 'Pessoa ' || i, 0, 0 from n`,
    )
      .bind(t.tenantId, SEARCH_ROWS)
      .run();
    await env.DB.prepare(
      "insert or ignore into audience_members (tenant_id, audience_id, contact_id) select tenant_id, ?2, id from contacts where tenant_id = ?1",
    )
      .bind(t.tenantId, audience.id)
      .run();

    const places: Record<string, string>[] = [{}, { audienceId: audience.id }];
    for (const where of places) {
      const first = await contacts(t, { q: "aurea", ...where });
      expect(first.data).toEqual([]);
      const second = await contacts(t, { q: "aurea", cursor: first.nextCursor ?? "", ...where });
      expect(second).toMatchObject({ data: [{ id: wanted.id }], nextCursor: null });
      for (const q of ["(11) 91234-5678", "529.982.247-25"])
        expect(await contacts(t, { q, ...where })).toMatchObject({ data: [{ id: wanted.id }], nextCursor: null });
    }
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
