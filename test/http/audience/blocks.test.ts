import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { makeDeps } from "#deps.ts";
import * as answers from "#http/audience/blocks.schema.ts";
import * as preflightAnswers from "#http/campaigns/preflight.schema.ts";
import { aBlock, aContact, aSegment, aTenant, type TestTenant } from "../../support/builders.ts";
import { aLaunchableCampaign } from "../../support/campaigns.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

const MINUTE_MS = 60_000;
const make = async (t: TestTenant, input: object) =>
  expectBody(await t.call("POST", "/v1/blocks", { reason: "asked by letter", ...input }), 201, answers.block.strict());
const idsBy = async (t: TestTenant, query: string) =>
  (await expectBody(await t.call("GET", `/v1/blocks?${query}`), 200, answers.blockList)).data.map(({ id }) => id);
const excludedBy = async (t: TestTenant, campaignId: string) => {
  const answer = await t.call("POST", `/v1/campaigns/${campaignId}/preflight`);
  return (await expectBody(answer, 200, preflightAnswers.preflight)).audience;
};

describe("a block", () => {
  test("keeps phone and document as they are stored, with its reason, contract and end", async () => {
    const t = await aTenant();
    const segment = await aSegment(t);
    const until = new Date(Date.now() + MINUTE_MS).toISOString();
    const made = await make(t, {
      phone: "(11) 96123-4567",
      document: "529.982.247-25",
      userId: "BR.1a2B3c",
      segmentId: segment.id,
      contract: "CT-42",
      until,
    });
    expect(made).toEqual({
      id: made.id,
      phone: "+5511961234567",
      document: "52998224725",
      userId: "BR.1a2B3c",
      segmentId: segment.id,
      reason: "asked by letter",
      contract: "CT-42",
      until,
      createdAt: made.createdAt,
    });
  });

  test("needs one key that can be one, a reason, a segment of the tenant and an end to come", async () => {
    const t = await aTenant();
    const foreign = await aSegment(await aTenant());
    const refused = async (input: object, status: number, code: string, path?: string) => {
      const answer = await t.call("POST", "/v1/blocks", { reason: "asked", ...input });
      const problem = await expectProblem(answer, status, code as "invalid_request");
      if (path) expect(problem.errors?.map((error) => error.path)).toEqual([path]);
    };
    const phone = "11961234567";
    await refused({}, 400, "invalid_request", "phone");
    await refused({ phone: null, document: null }, 400, "invalid_request", "phone");
    await refused({ phone: "123" }, 422, "invalid_phone", "phone");
    await refused({ document: "123" }, 422, "invalid_document", "document");
    await refused({ userId: "5511961234567" }, 400, "invalid_request", "userId");
    await refused({ phone, reason: " " }, 400, "invalid_request", "reason");
    await refused({ phone, segmentId: foreign.id }, 404, "not_found");
    await refused({ phone, until: new Date(Date.now() - 1).toISOString() }, 400, "invalid_request", "until");
    expect(await idsBy(t, "")).toEqual([]);
  });

  test("is made once for one Idempotency-Key", async () => {
    const t = await aTenant();
    const send = () =>
      t.call("POST", "/v1/blocks", { phone: "11961234567", reason: "asked" }, { "Idempotency-Key": "one" });
    const [first, second] = [await send(), await send()];
    expect(await second.json()).toEqual(await first.json());
    expect(await idsBy(t, "")).toHaveLength(1);
  });

  test("is found by its keys in any punctuation, its segment, and whether it holds", async () => {
    const t = await aTenant();
    const segment = await aSegment(t);
    const byPhone = await aBlock(t, { phone: "+5511961234567" });
    const byDocument = await aBlock(t, { phone: null, document: "52998224725", segmentId: segment.id });
    const over = await aBlock(t, { until: Date.now() - 1 });
    const byUser = await aBlock(t, { phone: null, userId: "BR.1", userPhone: "+5511961234568" });
    expect(await idsBy(t, "")).toEqual([byUser.id, over.id, byDocument.id, byPhone.id]);
    expect(await idsBy(t, "phone=11961234567")).toEqual([byPhone.id]);
    expect(await idsBy(t, "phone=11961234568")).toEqual([byUser.id]);
    expect(await idsBy(t, "userId=BR.1")).toEqual([byUser.id]);
    expect(await idsBy(t, "document=529.982.247-25")).toEqual([byDocument.id]);
    expect(await idsBy(t, `segmentId=${segment.id}`)).toEqual([byDocument.id]);
    expect(await idsBy(t, "active=false")).toEqual([over.id]);
    expect(await idsBy(t, "active=true&limit=1")).toEqual([byUser.id]);
  });

  test("is found by one search for whatever its text can be", async () => {
    const t = await aTenant();
    const byDocument = await aBlock(t, { phone: null, document: "11144477735" });
    const byUser = await aBlock(t, { phone: null, userId: "BR.1a2B3c", userPhone: "+5511961234568" });
    // Digits that are a phone and a CPF at once are looked for as both.
    const either = "11961200058";
    const asPhone = await aBlock(t, { phone: `+55${either}` });
    const asDocument = await aBlock(t, { phone: null, document: either });
    const found = (q: string) => idsBy(t, `q=${encodeURIComponent(q)}`);
    expect(await found("111.444.777-35")).toEqual([byDocument.id]);
    expect(await found(either)).toEqual([asDocument.id, asPhone.id]);
    expect(await found("(11) 96123-4568")).toEqual([byUser.id]);
    expect(await found("BR.1a2B3c")).toEqual([byUser.id]);
    for (const nobody of ["Ana", "1196", "br.1a2b3c"]) expect(await found(nobody)).toEqual([]);
    expect(await found(" ")).toHaveLength(4);
  });

  test("gets another end, reason and contract, and no other keys", async () => {
    const t = await aTenant();
    const made = await make(t, { phone: "11961234567", contract: "CT-1" });
    const change = async (input: object) =>
      expectBody(await t.call("PATCH", `/v1/blocks/${made.id}`, input), 200, answers.block.strict());
    const until = new Date(Date.now() + MINUTE_MS).toISOString();
    expect(await change({ until })).toEqual({ ...made, until });
    expect(await change({ reason: " asked again ", contract: null })).toEqual({
      ...{ ...made, until },
      ...{ reason: "asked again", contract: null },
    });
    expect((await change({ until: null })).until).toBeNull();
    const refused = (input: object, code: "invalid_request") =>
      t.call("PATCH", `/v1/blocks/${made.id}`, input).then((answer) => expectProblem(answer, 400, code));
    await refused({ until: new Date(Date.now() - 1).toISOString() }, "invalid_request");
    await refused({ reason: " " }, "invalid_request");
    await refused({ phone: "11961234568" }, "invalid_request");
    await expectProblem(await t.call("PATCH", "/v1/blocks/blk_nothing", {}), 404, "not_found");
  });

  test("that had ended covers people anew when it gets a later end, also for campaigns that are under way", async () => {
    const t = await aTenant();
    const contact = await aContact(t);
    const past = Date.now() - MINUTE_MS;
    const over = await aBlock(t, { phone: contact.phone, until: past, coversSince: past });
    const before = Date.now();
    await t.call("PATCH", `/v1/blocks/${over.id}`, { until: null });
    const { blocks } = makeDeps(env).store(t.tenantId);
    expect(await blocks.coveredSince({ since: before, segmentId: null, now: Date.now() })).toEqual([contact.id]);
  });

  test("ends with others at once, all of them or none", async () => {
    const t = await aTenant();
    const [a, b, foreign] = [await aBlock(t), await aBlock(t), await aBlock(await aTenant())];
    const end = (ids: string[]) => t.call("POST", "/v1/blocks/end", { ids });
    await expectProblem(await end([a.id, foreign.id]), 404, "not_found");
    expect(await idsBy(t, "")).toHaveLength(2);
    expect(await expectBody(await end([a.id, b.id, a.id]), 200, answers.blocksEnded)).toEqual({ ended: 2 });
    expect(await idsBy(t, "")).toEqual([]);
  });

  test("leaves with its segment: there can be no campaign of it any more", async () => {
    const t = await aTenant();
    const segment = await aSegment(t);
    await aBlock(t, { segmentId: segment.id });
    const other = await aBlock(t);
    expect((await t.call("DELETE", `/v1/segments/${segment.id}`)).status).toBe(204);
    expect(await idsBy(t, "")).toEqual([other.id]);
  });

  test("that is made and ended stands in the audit log, without anybody's number", async () => {
    const t = await aTenant();
    const { id } = await make(t, { phone: "11961234567" });
    expect((await t.call("DELETE", `/v1/blocks/${id}`)).status).toBe(204);
    await expectProblem(await t.call("DELETE", `/v1/blocks/${id}`), 404, "not_found");
    const log = await (await t.call("GET", "/v1/audit-log")).text();
    expect(log).toContain("block.create");
    expect(log).toContain("block.delete");
    expect(log).not.toContain("961234567");
  });
});

describe("the check of a campaign", () => {
  test("counts whom a block of the tenant or of its segment covers, by any key, and nobody else", async () => {
    const t = await aTenant();
    const { campaign, segmentId, audienceId } = await aLaunchableCampaign(t, { people: 0 });
    const person = (overrides: object = {}) => aContact(t, { audienceId, ...overrides });
    const [byPhone, ofSegment, ofOther, over] = [await person(), await person(), await person(), await person()];
    await person({ document: "52998224725" });
    await person({ userId: "BR.known" });
    await person({ optInStatus: "revoked", document: "52998224725" });
    await person();
    await make(t, { phone: byPhone.phone });
    await make(t, { phone: ofSegment.phone, segmentId });
    await make(t, { phone: ofOther.phone, segmentId: (await aSegment(t)).id });
    await make(t, { document: "52998224725" });
    await make(t, { userId: "BR.known" });
    await aBlock(t, { phone: over.phone, until: Date.now() - 1 });
    await aBlock(await aTenant(), { phone: ofOther.phone });
    expect(await excludedBy(t, campaign.id)).toMatchObject({
      total: 8,
      eligible: 3,
      excluded: { blocked: 4, optedOut: 1 },
    });
  });

  test("counts them again once the block has ended, also after the contact was deleted and came back", async () => {
    const t = await aTenant();
    const { campaign, audienceId } = await aLaunchableCampaign(t, { people: 1 });
    const phone = "+5511961234567";
    const { id } = await make(t, { phone });
    const first = await aContact(t, { phone, audienceId });
    expect((await t.call("DELETE", `/v1/contacts/${first.id}`)).status).toBe(204);
    await aContact(t, { phone, audienceId });
    expect(await excludedBy(t, campaign.id)).toMatchObject({ eligible: 1, excluded: { blocked: 1 } });
    await t.call("DELETE", `/v1/blocks/${id}`);
    expect(await excludedBy(t, campaign.id)).toMatchObject({ eligible: 2, excluded: { blocked: 0 } });
  });
});

test("Meta's id of a person stays with the number: a contact whose number is corrected may be somebody else", async () => {
  const t = await aTenant();
  const { contacts } = makeDeps(env).store(t.tenantId);
  const contact = await aContact(t, { userId: "BR.1" });
  await t.call("PATCH", `/v1/contacts/${contact.id}`, { phone: contact.phone, name: "Bia" });
  expect((await contacts.get(contact.id))?.userId).toBe("BR.1");
  await t.call("PATCH", `/v1/contacts/${contact.id}`, { phone: "11961234567" });
  expect((await contacts.get(contact.id))?.userId).toBeNull();
});

describe("a list of blocks", () => {
  const MAESTRO = "TIPO_BLOQUEIO;CPF_CNPJ;DATA_SOLICITACAO;DATA_EXPIRACAO;NUCONTRATOGESTAO;NUMERO;EMAIL;MOTIVO";
  const send = (t: TestTenant, lines: string[], query = "") =>
    t.call("POST", `/v1/blocks/imports${query}`, lines.join("\r\n"), { "Content-Type": "text/csv" });
  const taken = async (t: TestTenant, lines: string[], query = "") =>
    expectBody(await send(t, lines, query), 200, answers.blockImport.strict());
  const counts = ({ rows, created, extended, unchanged, rejected }: answers.BlockImport) => [
    ...[rows, created, extended, unchanged, rejected],
  ];
  const blocksOf = async (t: TestTenant) =>
    (await expectBody(await t.call("GET", "/v1/blocks?limit=200"), 200, answers.blockList)).data;
  const dayAfter = (days: number) => {
    const [year, month, day] = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10).split("-");
    return `${day}/${month}/${year}`;
  };

  test("blocks whoever it names, by any key of a row, and counts each row once", async () => {
    const t = await aTenant();
    const rows = [
      `1;529.982.247-25;01/11/2026;;CT-42;11961234567;;pediu`,
      `2;;01/11/2026;${dayAfter(30)};;11961234568;;`,
      `1;;;;;11961234567;;so o telefone`,
      `1;;;;;11961234568;;de novo`,
      `1;;;;CT-1;;;=só contrato`,
      ``,
    ];
    const list = await taken(t, [MAESTRO, ...rows]);
    expect(counts(list)).toEqual([5, 3, 0, 1, 1]);
    expect(list.rejections).toMatchObject([{ code: "no_key", count: 1, lines: [6] }]);
    expect(list.rejects).toBe(
      `\ufeff${MAESTRO};Linha;Motivo da rejeição\r\n1;;;;CT-1;;;'=só contrato;6;Sem telefone, documento ou id de usuário (no_key)\r\n`,
    );
    const made = (await blocksOf(t)).map(({ phone, document, until, reason }) => [phone, document, until, reason]);
    expect(made).toHaveLength(3);
    expect(made).toEqual(
      expect.arrayContaining([
        ["+5511961234567", "52998224725", null, "pediu"],
        ["+5511961234567", null, null, "so o telefone"],
        // The later of its two ends: none.
        ["+5511961234568", null, null, "de novo"],
      ]),
    );
  });

  test("may be sent again: nothing is made twice, and an end only moves on", async () => {
    const t = await aTenant();
    const row = (day: string) => [MAESTRO, `2;;;${day};;11961234567;;pediu`];
    expect(counts(await taken(t, row(dayAfter(20))))).toEqual([1, 1, 0, 0, 0]);
    const first = await blocksOf(t);
    expect(counts(await taken(t, row(dayAfter(20))))).toEqual([1, 0, 0, 1, 0]);
    expect(counts(await taken(t, row(dayAfter(10))))).toEqual([1, 0, 0, 1, 0]);
    expect(await blocksOf(t)).toEqual(first);
    expect(counts(await taken(t, row(dayAfter(30))))).toEqual([1, 0, 1, 0, 0]);
    const [longer, ...others] = await blocksOf(t);
    expect(others).toEqual([]);
    expect(longer?.id).toBe(first[0]?.id);
    expect((longer?.until ?? "") > (first[0]?.until ?? "")).toBe(true);
  });

  test("counts blocks that were made by hand, and not those of another segment or tenant", async () => {
    const t = await aTenant();
    const segment = await aSegment(t, { name: "Cobrança" });
    await make(t, { phone: "11961234567" });
    await make(await aTenant(), { phone: "11961234568" });
    const rows = ["11961234567;", "11961234567;cobrança", "11961234568;", "11961234568;Vendas"];
    const list = await taken(t, ["Telefone;Segmento", ...rows]);
    expect(counts(list)).toEqual([4, 2, 0, 1, 1]);
    expect(list.rejections).toMatchObject([{ code: "segment_unknown", lines: [5] }]);
    expect((await taken(t, ["Telefone", "11961234568"], `?segmentId=${segment.id}`)).created).toBe(1);
    const foreign = await aSegment(await aTenant());
    await expectProblem(await send(t, ["Telefone"], `?segmentId=${foreign.id}`), 404, "not_found");
  });

  test("covers whom a block covers by Meta's id, and begins anew for whom one has ended", async () => {
    const t = await aTenant();
    const { campaign, audienceId } = await aLaunchableCampaign(t, { people: 0 });
    const past = Date.now() - MINUTE_MS;
    const byUser = await aContact(t, { audienceId, userId: "BR.known" });
    const again = await aContact(t, { audienceId });
    await aBlock(t, { phone: again.phone, until: past, coversSince: past });
    const before = Date.now();
    await taken(t, ["IdUsuario;Telefone", "BR.known;", `;${again.phone}`]);
    expect(await excludedBy(t, campaign.id)).toMatchObject({ total: 2, excluded: { blocked: 2 } });
    const { blocks } = makeDeps(env).store(t.tenantId);
    const now = Date.now();
    expect((await blocks.coveredSince({ since: before, segmentId: null, now })).toSorted()).toEqual(
      [byUser.id, again.id].toSorted(),
    );
  });

  test("of more rows than one statement takes is taken over whole", async () => {
    const t = await aTenant();
    const rows = Array.from({ length: 2_500 }, (_, i) => `119${61_000_000 + i}`);
    const contact = await aContact(t, { phone: `+55${rows.at(-1)}` });
    expect(counts(await taken(t, ["Telefone", ...rows]))).toEqual([2_500, 2_500, 0, 0, 0]);
    expect(counts(await taken(t, ["Telefone", ...rows]))).toEqual([2_500, 0, 0, 2_500, 0]);
    const { blocks } = makeDeps(env).store(t.tenantId);
    expect(await blocks.coveredSince({ since: 0, segmentId: null, now: Date.now() })).toEqual([contact.id]);
  });

  test("that is no list, or too large, is refused as a whole", async () => {
    const t = await aTenant();
    const refusal = async (body: string | Uint8Array) => {
      const answer = await t.call("POST", "/v1/blocks/imports", body, { "Content-Type": "text/csv" });
      return (await expectProblem(answer, 400, "invalid_request")).errors;
    };
    expect(await refusal("")).toEqual([{ path: "body", message: "empty_file" }]);
    expect(await refusal("Nome;Motivo\nAna;x")).toEqual([{ path: "body", message: "no_key_column" }]);
    expect(await refusal(new Uint8Array([0x50, 0x4b, 0x03, 0x04]))).toEqual([{ path: "body", message: "no_text" }]);
    const rows = `Telefone\n${"11961234567\n".repeat(100_001)}`;
    const headers = { "Content-Type": "text/csv" };
    await expectProblem(await t.call("POST", "/v1/blocks/imports", rows, headers), 413, "payload_too_large");
    const large = new Uint8Array(10_000_001);
    await expectProblem(await t.call("POST", "/v1/blocks/imports", large, headers), 413, "payload_too_large");
    expect(await blocksOf(t)).toEqual([]);
  });

  test("stands in the audit log by its counts, without anybody's number", async () => {
    const t = await aTenant();
    await taken(t, ["Telefone", "11961234567"]);
    const log = await (await t.call("GET", "/v1/audit-log")).text();
    expect(log).toContain("block.import");
    expect(log).not.toContain("961234567");
  });
});
