import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { CampaignRpc } from "#contracts/campaign-rpc.ts";
import { type Deps, makeDeps } from "#deps.ts";
import * as answers from "#http/audience/contacts.schema.ts";
import { campaignsInTheWay } from "#services/audience/merge-contacts.ts";
import { aCampaign, aContact, anAudience, aTenant, type TestTenant } from "../../support/builders.ts";
import { firstOf } from "../../support/campaigns.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";
import { anUpload, runImport } from "../../support/imports.ts";

const DAY = 86_400_000;
const OLD = { name: "Ana", phone: "+551132345678" };
const NEW = { name: "Ana Souza", phone: "+5511932345678" };

const merge = (t: TestTenant, keptId: string, contactId: string) =>
  t.call("POST", `/v1/contacts/${keptId}/merge`, { contactId });
const merged = async (t: TestTenant, keptId: string, contactId: string) =>
  expectBody(await merge(t, keptId, contactId), 200, answers.contact.strict());
const lookalikes = async (t: TestTenant, id: string) =>
  (await expectBody(await t.call("GET", `/v1/contacts/${id}/lookalikes`), 200, answers.lookalikes)).data.map(
    ({ id, sharedBy }) => ({ id, sharedBy }),
  );
const counted = async (t: TestTenant, id: string) =>
  ((await (await t.call("GET", `/v1/audiences/${id}`)).json()) as { contactCount: number }).contactCount;

describe("contacts that may be one person", () => {
  test("have the number with or without its ninth digit, the document or the id of Meta's", async () => {
    const t = await aTenant();
    const [old, now] = [await aContact(t, OLD), await aContact(t, { ...NEW, document: "52998224725" })];
    const other = await aContact(t, { document: "52998224725" });
    await aContact(await aTenant(), { ...OLD, document: "52998224725" });
    expect(await lookalikes(t, old.id)).toEqual([{ id: now.id, sharedBy: "phone" }]);
    expect(await lookalikes(t, now.id)).toEqual([
      { id: old.id, sharedBy: "phone" },
      { id: other.id, sharedBy: "document" },
    ]);
    expect(await lookalikes(t, (await aContact(t)).id)).toEqual([]);
  });
});

describe("a merge", () => {
  test("keeps the phone and what the kept one has, and takes the rest from the other, who is no more", async () => {
    const t = await aTenant();
    const [first, second] = [await anAudience(t), await anAudience(t)];
    const kept = await aContact(t, {
      ...NEW,
      hashtags: ["vip"],
      attributes: { Cidade: "Recife" },
      audienceId: first.id,
    });
    const other = await aContact(t, {
      ...OLD,
      document: "52998224725",
      customerCode: "C-7",
      hashtags: ["novo", "vip"],
      attributes: { Cidade: "Olinda", Valor: "10" },
      audienceId: second.id,
    });
    await env.DB.prepare("insert into audience_members (tenant_id, audience_id, contact_id) values (?1, ?2, ?3)")
      .bind(t.tenantId, first.id, other.id)
      .run();
    await env.DB.prepare("update audiences set contact_count = 2 where id = ?1").bind(first.id).run();

    expect(await merged(t, kept.id, other.id)).toMatchObject({
      ...{ id: kept.id, name: NEW.name, phone: NEW.phone, document: "52998224725", customerCode: "C-7" },
      hashtags: ["vip", "novo"],
      attributes: { Cidade: "Recife", Valor: "10" },
    });
    await expectProblem(await t.call("GET", `/v1/contacts/${other.id}`), 404, "not_found");
    expect([await counted(t, first.id), await counted(t, second.id)]).toEqual([1, 1]);
    const audiences = await expectBody(
      await t.call("GET", `/v1/contacts/${kept.id}/audiences`),
      200,
      answers.contactAudiences,
    );
    expect(audiences.data.map(({ id }) => id)).toEqual([second.id, first.id]);
    await expectProblem(await merge(t, kept.id, other.id), 404, "not_found");
  });

  test("moves proofs of consent and numbers that could not be reached", async () => {
    const t = await aTenant();
    const [kept, other] = [await aContact(t, NEW), await aContact(t, OLD)];
    await t.call("POST", `/v1/contacts/${other.id}/opt-in`, { source: "loja", at: new Date().toISOString() });
    const { contacts } = makeDeps(env).store(t.tenantId);
    await contacts.addStrikes([kept.id, other.id], "cmp_1", 1);
    await contacts.addStrikes([other.id], "cmp_2", 1);
    await merged(t, kept.id, other.id);
    expect((await contacts.consentHistory(kept.id)).map(({ source }) => source)).toEqual(["loja"]);
    const strikes = await env.DB.prepare("select contact_id from contact_strikes where tenant_id = ?1")
      .bind(t.tenantId)
      .all();
    expect(strikes.results).toEqual([{ contact_id: kept.id }, { contact_id: kept.id }]);
  });

  test.each(["kept", "merged"])(
    "lets the no of the %s one stand, also against an import of the other number",
    async (who) => {
      const t = await aTenant();
      const yes = { optInStatus: "granted" as const, optInAt: Date.now() - DAY };
      const [kept, other] = [await aContact(t, { ...NEW, ...yes }), await aContact(t, { ...OLD, ...yes })];
      await t.call("POST", `/v1/contacts/${who === "kept" ? kept.id : other.id}/opt-out`, {});
      const before = Date.now();
      expect((await merged(t, kept.id, other.id)).optIn.status).toBe("revoked");
      const { contacts } = makeDeps(env).store(t.tenantId);
      if (who === "merged") expect(await contacts.optedOutSince(before)).toEqual([kept.id]);

      const audience = await anAudience(t);
      const { id } = await anUpload(t, audience.id, `NumeroTelefone;OptIn\n${OLD.phone};sim\n`);
      await runImport(t, id);
      const { data } = await contacts.pageForCampaign(firstOf({ audienceId: audience.id }, 10));
      expect(data[0]).toMatchObject({ phone: OLD.phone, blocked: true });
    },
  );

  test("lets a newer yes stand, with its proof, and blocks nobody", async () => {
    const t = await aTenant();
    const kept = await aContact(t, { ...NEW, optInStatus: "revoked", optOutAt: 10, lastNoAt: 10, optInAt: null });
    const yes = { optInAt: 20, optInSource: "loja", consentId: "cns_yes" };
    const other = await aContact(t, { ...OLD, ...yes });
    expect((await merged(t, kept.id, other.id)).optIn).toMatchObject({ status: "granted", source: "loja" });
    const row = await makeDeps(env).store(t.tenantId).contacts.get(kept.id);
    expect(row).toMatchObject({ consentId: "cns_yes", lastNoAt: 10, optOutAt: null, optOutReason: null });
    const blocks = await makeDeps(env).store(t.tenantId).blocks.list({ limit: 10, now: Date.now() });
    expect(blocks.data).toEqual([]);
  });

  test("is nothing that one contact can do alone", async () => {
    const t = await aTenant();
    const { id } = await aContact(t);
    await expectProblem(await merge(t, id, id), 400, "invalid_request");
    await expectProblem(await merge(t, id, "con_nobody"), 404, "not_found");
  });

  test("waits for a campaign that would lose the person or write to them twice, and for one that reads its audience", async () => {
    const t = await aTenant();
    const [lost, twice, fine, reading] = await Promise.all(
      Array.from({ length: 4 }, () => aCampaign(t, { status: "running" })),
    );
    await aCampaign(t, { status: "completed" });
    const recipients: Record<string, [kept: string | null, merged: string | null]> = {
      [lost?.id ?? ""]: [null, "pending"],
      [twice?.id ?? ""]: ["pending", "sent"],
      [fine?.id ?? ""]: ["pending", "pending"],
      [reading?.id ?? ""]: [null, null],
    };
    const campaign = (id: string) =>
      ({
        snapshot: async () => ({ status: id === reading?.id ? "preparing" : "running" }),
        recipient: async (contactId: string) => {
          const status = recipients[id]?.[contactId === "kept" ? 0 : 1] ?? null;
          return status === null ? null : { status };
        },
      }) as unknown as CampaignRpc;
    const deps: Deps = { ...makeDeps(env), campaign };
    const inTheWay = await campaignsInTheWay(deps, t.tenantId, { keptId: "kept", mergedId: "merged" });
    expect(inTheWay.sort()).toEqual([lost?.id, twice?.id, reading?.id].sort());
  });
});
