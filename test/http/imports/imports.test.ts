import { env, exports } from "cloudflare:workers";
import { writeXlsx } from "hucre/xlsx";
import { describe, expect, test, vi } from "vitest";
import { sha256Hex } from "#adapters/crypto/hash.ts";
import { makeFiles, PART_BYTES } from "#adapters/r2/files.ts";
import * as answers from "#http/imports/imports.schema.ts";
import * as alertsAnswers from "#http/operations/alerts.schema.ts";
import { encode, encodingOf, type FileEncoding } from "../../core/imports/csv-fixture.ts";
import {
  anApiKey,
  anAudience,
  anImport,
  aTenant,
  callWith,
  newId,
  ORIGIN,
  type TestTenant,
} from "../../support/builders.ts";
import { excelWorkbook } from "../../support/excel-workbook.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";
import { contactsOf, rejectsOf, runImport } from "../../support/imports.ts";

const CSV = { "Content-Type": "text/csv" };
const FILE = "Nome;Telefone\r\nAna;11961234567\r\nBia;nao tem\r\n";

async function anEmptyAudience(): Promise<{ t: TestTenant; audienceId: string; path: string }> {
  const t = await aTenant();
  const audienceId = (await anAudience(t)).id;
  return { t, audienceId, path: `/v1/audiences/${audienceId}/imports` };
}
const postBytes = (t: TestTenant, path: string, body: BodyInit) =>
  exports.default.fetch(
    new Request(`${ORIGIN}${path}`, { method: "POST", body, headers: { ...CSV, Authorization: `Bearer ${t.apiKey}` } }),
  );
const accepted = (response: Response) => expectBody(response, 202, answers.importJob.strict());
const read = async (t: TestTenant, id: string) =>
  expectBody(await t.call("GET", `/v1/imports/${id}`), 200, answers.importJob.strict());
const filesOf = async (t: TestTenant) => (await env.FILES.list({ prefix: t.tenantId })).objects.map(({ key }) => key);

test("a file is taken, imported, counted, and its rejects can be fetched", async () => {
  const { t, audienceId, path } = await anEmptyAudience();
  const queued = await accepted(await t.call("POST", path, FILE, CSV));
  expect(queued).toMatchObject({ audienceId, status: "queued", totalRows: 0, rejectsUrl: null, progress: 0 });
  await runImport(t, queued.id);
  const done = await read(t, queued.id);
  expect(done).toMatchObject({
    status: "completed",
    totalRows: 2,
    importedRows: 1,
    updatedRows: 0,
    rejectedRows: 1,
    otherChannelRows: 0,
    warningRows: 0,
    rejections: [{ code: "phone_not_a_number", message: "Telefone com letras ou outros sinais", count: 1, lines: [3] }],
    notices: [{ code: "no_consent_column", count: 0, lines: [] }],
    noticesUrl: null,
    progress: 1,
    error: null,
    errorDetail: null,
    rejectsUrl: `${ORIGIN}/v1/imports/${queued.id}/rejects`,
    completedAt: expect.any(String),
  });
  expect(await rejectsOf(t, queued.id)).toBe(
    "\ufeffNome;Telefone;Linha;Motivo\r\nBia;nao tem;3;Telefone com letras ou outros sinais (phone_not_a_number)\r\n",
  );
  const list = await expectBody(await t.call("GET", path), 200, answers.importList);
  expect(list).toEqual({ data: [done], nextCursor: null });
});

test("the reject file is a download, and waits for the end of the import", async () => {
  const t = await aTenant();
  const running = await anImport(t, { status: "running", completedAt: null });
  await expectProblem(await t.call("GET", `/v1/imports/${running.id}/rejects`), 409, "not_ready");
  const done = await anImport(t);
  const response = await t.call("GET", `/v1/imports/${done.id}/rejects`);
  expect(response.headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
  expect(response.headers.get("Content-Disposition")).toBe(`attachment; filename="${done.id}-rejeitados.csv"`);
  await response.text();
});

describe("the reject file, corrected and imported again as it is,", () => {
  const NAMES = ["Cidade", "Telefone", "Nome"];
  /** The bytes of the reject file, and the job that importing them again comes to. */
  async function again(file: Uint8Array<ArrayBuffer>, correct: (text: string) => string, writing: FileEncoding) {
    const { t, path } = await anEmptyAudience();
    const first = (await accepted(await postBytes(t, path, file))).id;
    await runImport(t, first);
    const response = await t.call("GET", `/v1/imports/${first}/rejects`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder(encodingOf(writing)).decode(bytes);
    const { id } = await accepted(await postBytes(t, path, new Uint8Array(encode(correct(text), writing))));
    await runImport(t, id);
    return { t, text, type: response.headers.get("Content-Type"), job: await read(t, id) };
  }

  test.each<[FileEncoding, string, string]>([
    ["utf-8 with mark", ";", "utf-8"],
    ["windows-1252", ",", "windows-1252"],
    ["utf-16le with mark", "\t", "utf-16le"],
    ["utf-16be with mark", ";", "utf-16be"],
  ])("is in the file's own encoding and columns: %s, %j", async (encoding, delimiter, charset) => {
    const line = (...cells: string[]) => cells.join(delimiter);
    const lines = [
      line(...NAMES),
      line("São Luís", "11961234567", "Ana"),
      line("Belém", "x", "João"),
      line("", "", "'-Zé"),
    ];
    const { t, text, type, job } = await again(
      new Uint8Array(encode(lines.join("\r\n"), encoding)),
      (rejects) => rejects.replace(`${delimiter}x${delimiter}`, `${delimiter}(11) 96123-4568${delimiter}`),
      encoding,
    );
    expect(type).toBe(`text/csv; charset=${charset}`);
    expect(text.split("\r\n")).toEqual([
      line(...NAMES, "Linha", "Motivo"),
      line("Belém", "x", "João", "3", "Telefone com letras ou outros sinais (phone_not_a_number)"),
      line("", "", "'-Zé", "4", "Telefone em branco (phone_missing)"),
      "",
    ]);
    expect(job).toMatchObject({ totalRows: 2, importedRows: 1, rejectedRows: 1 });
    const joao = (await contactsOf(t)).find(({ phone }) => phone === "+5511961234568");
    expect([joao?.name, joao?.attributes]).toEqual(["João", { Cidade: "Belém" }]);
    const left = await (await t.call("GET", `/v1/imports/${job.id}/rejects`)).arrayBuffer();
    expect(new TextDecoder(encodingOf(encoding)).decode(left)).toBe(
      `${line(...NAMES, "Linha", "Motivo")}\r\n${line("", "", "'-Zé", "3", "Telefone em branco (phone_missing)")}\r\n`,
    );
  });

  test("has the product's own form for a workbook", async () => {
    const { text, job } = await again(
      new Uint8Array(excelWorkbook()),
      (rejects) => rejects.replace("5,51199E+12", "11961234003"),
      "utf-8",
    );
    expect(text).toMatch(/^NomePessoa;.*;Linha;Motivo\r\nCaio;5,51199E\+12;.*;5;/);
    expect(job).toMatchObject({ totalRows: 1, importedRows: 1, rejectedRows: 0 });
  });
});

describe("what the file is", () => {
  test("Windows-1252 and its delimiter are seen by themselves", async () => {
    const { t, path } = await anEmptyAudience();
    const file = Uint8Array.from("Nome,Telefone\nConceição,11961234567\n", (char) => char.charCodeAt(0));
    const { id } = await accepted(await postBytes(t, path, file));
    await runImport(t, id);
    expect((await contactsOf(t)).map(({ name }) => name)).toEqual(["Conceição"]);
  });

  test("or told: encoding, delimiter and the meaning of columns", async () => {
    const { t, path } = await anEmptyAudience();
    const mapping = encodeURIComponent(JSON.stringify({ Zap: "NumeroTelefone", Apelido: "Nome", Senha: "" }));
    const query = `?encoding=latin1&delimiter=tab&mapping=${mapping}`;
    const file = Uint8Array.from("Zap\tApelido\tSenha\n11961234567\tZé\tx\n", (char) => char.charCodeAt(0));
    const { id } = await accepted(await postBytes(t, path + query, file));
    await runImport(t, id);
    expect(await contactsOf(t)).toMatchObject([{ name: "Zé", phone: "+5511961234567", attributes: {} }]);
  });

  test("told wrong, either way, it is refused and nothing is kept", async () => {
    const { t, path } = await anEmptyAudience();
    const text = "Nome;Telefone\nJoão;11961234567\n";
    const utf8 = new TextEncoder().encode(text);
    const latin1 = Uint8Array.from(text, (char) => char.charCodeAt(0));
    for (const [encoding, file] of [
      ["latin1", utf8],
      ["windows-1252", utf8],
      ["utf-8", latin1],
    ] as const)
      await expectProblem(await postBytes(t, `${path}?encoding=${encoding}`, file), 400, "invalid_request");
    expect(await contactsOf(t)).toEqual([]);
  });

  test("a line from another source spoils nobody's name, and its não counts all the same", async () => {
    const { t, path } = await anEmptyAudience();
    const granted = "Nome;Telefone;OptIn\nJoão;11961234567;Sim\nRui;11961234568;Sim\n";
    await runImport(t, (await accepted(await t.call("POST", path, granted, CSV))).id);
    const utf8 = new TextEncoder().encode("Nome;Telefone;OptIn\nJoão;11961234567;Sim\n");
    const latin1 = Uint8Array.from("Ruí;11961234568;Não\n", (char) => char.charCodeAt(0));
    await runImport(t, (await accepted(await postBytes(t, path, Uint8Array.from([...utf8, ...latin1])))).id);
    const contacts = await contactsOf(t);
    expect(contacts.map(({ name, optInStatus }) => [name, optInStatus]).sort()).toEqual([
      ["João", "granted"],
      ["Rui", "revoked"],
    ]);
  });

  test("a workbook of Excel is read by its bytes, whatever it is called, and its rejects name the sheet's rows", async () => {
    const { t, path } = await anEmptyAudience();
    const { id } = await accepted(await postBytes(t, `${path}?encoding=utf-8&delimiter=,`, excelWorkbook()));
    await runImport(t, id);
    expect(await read(t, id)).toMatchObject({
      status: "completed",
      ...{ totalRows: 3, importedRows: 2, rejectedRows: 1, warningRows: 0, progress: 1 },
      rejections: [{ code: "phone_lost_digits", lines: [5] }],
    });
    const contacts = await contactsOf(t);
    expect(contacts.map(({ name, phone, optInStatus }) => [name, phone, optInStatus]).sort()).toEqual([
      ["Ana & Bia Conceição", "+5511961234001", "granted"],
      ["Linha 1 Linha 2", "+5511961234002", "granted"],
    ]);
    const [ana] = contacts.filter(({ phone }) => phone === "+5511961234001");
    expect(ana?.document).toBe("00000000191");
    expect(ana?.attributes).toMatchObject({ Valor: "120,5", Hora: "14:30:00" });
    expect(new Date(ana?.optInAt ?? 0).toISOString()).toBe("2026-03-01T13:30:00.000Z");
  });

  test("of several sheets the one that is asked for, or the one with people; both are told", async () => {
    const sheet = (name: string, phone: string) => ({
      name,
      rows: [
        ["Nome", "Telefone"],
        [name, phone],
      ],
    });
    const cover = { name: "Capa", rows: [["Clientes de março"]] };
    const file = await writeXlsx({ sheets: [cover, sheet("Sul", "11961234567"), sheet("Norte & Cia", "11961234568")] });
    const { t, path } = await anEmptyAudience();
    const read1 = async (query: string) => {
      const { id, sheets } = await accepted(await postBytes(t, path + query, file));
      await runImport(t, id);
      const done = await read(t, id);
      expect([sheets, done.sheets]).toEqual(Array(2).fill(["Capa", "Sul", "Norte & Cia"]));
      return done;
    };
    expect(await read1("")).toMatchObject({ status: "completed", sheet: "Sul", importedRows: 1 });
    expect(await read1(`?sheet=${encodeURIComponent("Norte & Cia")}`)).toMatchObject({
      ...{ status: "completed", sheet: "Norte & Cia", importedRows: 1 },
    });
    expect(await read1("?sheet=Capa")).toMatchObject({ status: "failed", sheet: "Capa", error: "no_phone_column" });
  });

  test("a CSV has no sheets, whatever is asked for", async () => {
    const { t, path } = await anEmptyAudience();
    const { id } = await accepted(await t.call("POST", `${path}?sheet=Base`, FILE, CSV));
    await runImport(t, id);
    expect(await read(t, id)).toMatchObject({ status: "completed", sheet: null, sheets: [] });
  });

  test("a picture is accepted as bytes and fails with a clear word", async () => {
    const { t, path } = await anEmptyAudience();
    const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00]);
    const { id } = await accepted(await postBytes(t, path, png));
    await runImport(t, id);
    expect(await read(t, id)).toMatchObject({ status: "failed", error: "binary_file", totalRows: 0, rejectsUrl: null });
  });

  test("UTF-16 is seen by itself, with a mark and without, whatever encoding is told", async () => {
    for (const [mark, query] of [
      ["\ufeff", ""],
      ["", "?encoding=utf-8"],
      ["", "?encoding=latin1"],
    ]) {
      const { t, path } = await anEmptyAudience();
      const text = `${mark}Nome\tTelefone\r\nÂngela\t11961234567\r\n`;
      const file = new Uint8Array(Uint16Array.from(text, (char) => char.charCodeAt(0)).buffer);
      const { id } = await accepted(await postBytes(t, path + query, file));
      await runImport(t, id);
      expect((await contactsOf(t)).map(({ name }) => name)).toEqual(["Ângela"]);
    }
  });

  test("one zero byte costs nobody", async () => {
    const { t, path } = await anEmptyAudience();
    const { id } = await accepted(await t.call("POST", path, "Nome;Telefone\r\nYara\0 Nula;11961234567\r\n", CSV));
    await runImport(t, id);
    expect((await contactsOf(t)).map(({ name }) => name)).toEqual(["Yara Nula"]);
  });
});

describe("what is to be said of an import", () => {
  test("of a line of totals: where it stands, and nothing of it counts as a row", async () => {
    const { job } = await done("Clientes\n\nNome;Telefone;OptIn\nAna;11961234567;Sim\nTotal de registros: 1;;\n");
    expect(job).toMatchObject({
      ...{ status: "completed", totalRows: 1, importedRows: 1, rejectedRows: 0, warningRows: 0, noticesUrl: null },
      notices: [{ code: "totals_line", count: 1, lines: [5] }],
    });
  });

  const done = async (file: string) => {
    const { t, path } = await anEmptyAudience();
    const { id } = await accepted(await t.call("POST", path, file, CSV));
    await runImport(t, id);
    return { t, job: await read(t, id) };
  };

  test("of a header alone: that there are no rows", async () => {
    const { job } = await done("NomePessoa;NumeroTelefone;OptIn\r\n");
    expect(job).toMatchObject({ status: "completed", totalRows: 0, notices: [{ code: "no_rows", count: 0 }] });
  });

  test("of rows with a notice: why, how many, which lines, and a file with all of them", async () => {
    const { t, job } = await done(
      "Nome;Telefone;OptIn;DataHoraOptIn\nAna;11961234567;Sim;ontem\nBia;11961234568;Sim;01/03/2026\n",
    );
    expect(job).toMatchObject({
      warningRows: 1,
      notices: [{ code: "consent_date_unreadable", count: 1, lines: [2] }],
      noticesUrl: `${ORIGIN}/v1/imports/${job.id}/notices`,
    });
    const file = await (await t.call("GET", `/v1/imports/${job.id}/notices`)).text();
    expect(file).toContain("Ana;11961234567;Sim;ontem;2;");
    expect(file).not.toContain("Bia");
  });

  test("of a file that can't be read: the words of its alert in the reader's language, beside the code", async () => {
    const { t, job } = await done("Nome;Cidade\nAna;Recife\n");
    const { data } = await expectBody(await t.call("GET", "/v1/alerts"), 200, alertsAnswers.alertList);
    expect(job).toMatchObject({ status: "failed", error: "no_phone_column", errorDetail: data[0]?.message });
    expect(job.errorDetail).toMatch(/NumeroTelefone/);
    const portuguese = { "Accept-Language": "pt-BR" };
    const [alerts, told] = [
      await t.call("GET", "/v1/alerts", undefined, portuguese),
      await t.call("GET", `/v1/imports/${job.id}`, undefined, portuguese),
    ];
    const { errorDetail } = await expectBody(told, 200, answers.importJob);
    expect(errorDetail).toMatch(/^Nenhuma coluna.*NumeroTelefone/);
    expect((await expectBody(alerts, 200, alertsAnswers.alertList)).data[0]?.message).toBe(errorDetail);
  });
});

describe("a check by the API", () => {
  const check = async (query = "?check=true") => {
    const { t, audienceId, path } = await anEmptyAudience();
    const { id } = await accepted(await t.call("POST", path + query, FILE, CSV));
    await runImport(t, id);
    return { t, audienceId, id };
  };

  test("says what the file would do, row by row of the first ones, and stores nothing", async () => {
    const { t, id } = await check();
    const job = await read(t, id);
    expect(job).toMatchObject({
      ...{
        status: "checked",
        phase: "check",
        rowsRead: 2,
        totalRows: 0,
        importedRows: 0,
        progress: 1,
        completedAt: null,
      },
      rejections: [{ code: "phone_not_a_number", count: 1, lines: [3] }],
      rejectsUrl: `${ORIGIN}/v1/imports/${id}/rejects`,
      check: {
        layout: [
          { column: "Nome", field: "name", attribute: null },
          { column: "Telefone", field: "phone", attribute: null },
        ],
        ...{
          encoding: "utf-8",
          delimiter: ";",
          totalRows: 2,
          newRows: 1,
          knownRows: 0,
          memberRows: 0,
          rejectedRows: 1,
        },
        ...{ warningRows: 0, otherChannelRows: 0, tooManyRejects: false },
        firstRows: [
          { line: 2, becomes: "new", cells: ["Ana", "11961234567"], person: { name: "Ana", phone: "+5511961234567" } },
          { line: 3, becomes: "rejected", person: null, reason: { code: "phone_not_a_number" } },
        ],
      },
    });
    expect(await contactsOf(t)).toEqual([]);
    expect(await rejectsOf(t, id)).toContain("Bia;nao tem;3;");
  });

  test("is started with what was decided, which the import and its people then say", async () => {
    const { t, id } = await check();
    const choices = { mode: "replace", onlyThisSegment: true, clearMarks: true };
    const body = { ...choices, legalBasis: "unknown", legalBasisReason: "lista antiga" };
    expect(await accepted(await t.call("POST", `/v1/imports/${id}/start`, body))).toMatchObject({
      status: "queued",
      ...body,
    });
    await runImport(t, id);
    expect(await read(t, id)).toMatchObject({
      status: "completed",
      phase: "import",
      totalRows: 2,
      importedRows: 1,
      ...body,
    });
    const [ana] = await contactsOf(t);
    const contact = await (await t.call("GET", `/v1/contacts/${ana?.id}`)).json();
    expect(contact).toMatchObject({ legalBasis: "unknown" });
    await expectProblem(await t.call("POST", `/v1/imports/${id}/start`, {}), 409, "import_not_startable");
    await expectProblem(await t.call("POST", `/v1/imports/${id}/cancel`), 409, "import_not_cancellable");
  });

  test("comes first by itself where the tenant takes only so many rejects", async () => {
    const { t, path } = await anEmptyAudience();
    await t.call("PATCH", "/v1/tenant", { settings: { maxRejectedPercent: 49.5 } });
    const { id } = await accepted(await t.call("POST", path, FILE, CSV));
    await runImport(t, id);
    const job = await read(t, id);
    expect(job).toMatchObject({
      status: "failed",
      error: "too_many_rejects",
      totalRows: 0,
      check: { rejectedRows: 1 },
    });
    expect(job.rejectsUrl).toBe(`${ORIGIN}/v1/imports/${id}/rejects`);
    await t.call("PATCH", "/v1/tenant", { settings: { maxRejectedPercent: null } });
    const again = await accepted(await t.call("POST", path, FILE, CSV));
    await runImport(t, again.id);
    expect((await read(t, again.id)).status).toBe("completed");
  });

  test("may be cancelled, and is no import then", async () => {
    const { t, id } = await check();
    const cancelled = await expectBody(
      await t.call("POST", `/v1/imports/${id}/cancel`),
      200,
      answers.importJob.strict(),
    );
    expect(cancelled).toMatchObject({ status: "cancelled", totalRows: 0 });
    await expectProblem(await t.call("POST", `/v1/imports/${id}/start`, {}), 409, "import_not_startable");
  });

  test.each([
    ["unknown without a reason", { legalBasis: "unknown" }, "legalBasisReason"],
    ["options of people who leave", { mode: "remove", clearMarks: true }, "clearMarks"],
  ])("or an import is not begun with %s", async (_, choices, path) => {
    const { t, audienceId, id } = await check();
    const asked = [
      await t.call("POST", `/v1/imports/${id}/start`, choices),
      await t.call("POST", `/v1/audiences/${audienceId}/imports?${new URLSearchParams(choices as never)}`, FILE, CSV),
    ];
    for (const response of asked) {
      const { errors } = await expectProblem(response, 400, "invalid_request");
      expect(errors?.map((error) => error.path)).toEqual([path]);
    }
    expect((await read(t, id)).status).toBe("checked");
  });
});

test("the mapping of a header is told again for the same header, however it is written, and to nobody else", async () => {
  const { t, path } = await anEmptyAudience();
  const mapping = { Zap: "NumeroTelefone" };
  const query = `?check=true&mapping=${encodeURIComponent(JSON.stringify(mapping))}`;
  const { id } = await accepted(await t.call("POST", path + query, "Zap;Código Único\n11961234567;1\n", CSV));
  await runImport(t, id);
  const header = await sha256Hex("zap\ncodigounico");
  const told = async (of: TestTenant, hash: string) => {
    const response = await of.call("GET", `/v1/import-mappings?header=${hash}`);
    return (await expectBody(response, 200, answers.importMappingList)).data.map((known) => known.mapping);
  };
  expect(await told(t, header)).toEqual([mapping]);
  expect(await told(t, await sha256Hex("codigounico\nzap"))).toEqual([]);
  expect(await told(await aTenant(), header)).toEqual([]);
});

describe("refused before anything is stored", () => {
  test("a file that is told to be UTF-8 and is not: no name is overwritten by damaged characters", async () => {
    const { t, path } = await anEmptyAudience();
    const file = Uint8Array.from("Nome;Telefone\r\nJoão;11961234567\r\n", (char) => char.charCodeAt(0));
    const { errors } = await expectProblem(await postBytes(t, `${path}?encoding=utf-8`, file), 400, "invalid_request");
    expect(errors?.map((error) => error.path)).toEqual(["encoding"]);
    expect(await filesOf(t)).toEqual([]);
  });

  test("a workbook without the sheet that is asked for: the answer names the ones it has", async () => {
    const { t, path } = await anEmptyAudience();
    const { detail, errors } = await expectProblem(
      await postBytes(t, `${path}?sheet=Nada`, excelWorkbook()),
      400,
      "invalid_request",
    );
    expect(errors?.map((error) => error.path)).toEqual(["sheet"]);
    expect(detail).toContain('"Clientes"');
    expect(await filesOf(t)).toEqual([]);
  });

  test("an empty body", async () => {
    const { t, path } = await anEmptyAudience();
    await expectProblem(await t.call("POST", path, "", CSV), 400, "invalid_request");
    expect(await filesOf(t)).toEqual([]);
  });

  test.each(["{", "[]", '{"a":1}', '"x"'])("the mapping %s", async (mapping) => {
    const { t, path } = await anEmptyAudience();
    const response = await t.call("POST", `${path}?mapping=${encodeURIComponent(mapping)}`, FILE, CSV);
    const { errors } = await expectProblem(response, 400, "invalid_request");
    expect(errors?.map((error) => error.path)).toEqual(["mapping"]);
    expect(await filesOf(t)).toEqual([]);
  });

  test("an audience of nobody or of another tenant", async () => {
    const { t } = await anEmptyAudience();
    const other = await anEmptyAudience();
    for (const path of ["/v1/audiences/aud_none/imports", other.path]) {
      await expectProblem(await t.call("POST", path, FILE, CSV), 404, "not_found");
    }
    expect([...(await filesOf(t)), ...(await filesOf(other.t))]).toEqual([]);
  });
});

describe("Idempotency-Key", () => {
  const keyed = (t: TestTenant, path: string, file: string, key = "once") =>
    t.call("POST", path, file, { ...CSV, "Idempotency-Key": key });

  test("gives the first answer again for the same file, and keeps one copy of it", async () => {
    const { t, path } = await anEmptyAudience();
    const first = await accepted(await keyed(t, path, FILE));
    const again = await keyed(t, path, FILE);
    expect(again.headers.get("Idempotency-Replayed")).toBe("true");
    expect(await accepted(again)).toEqual(first);
    expect(await filesOf(t)).toHaveLength(1);
  });

  test("is a conflict for somebody else of the tenant, also with the same file", async () => {
    const { t, path } = await anEmptyAudience();
    await accepted(await keyed(t, path, FILE));
    const other = callWith((await anApiKey(t)).key);
    const response = await other("POST", path, FILE, { ...CSV, "Idempotency-Key": "once" });
    await expectProblem(response, 409, "idempotency_conflict");
    expect(await filesOf(t)).toHaveLength(1);
  });

  test("is a conflict for another file or other columns", async () => {
    const { t, path } = await anEmptyAudience();
    await accepted(await keyed(t, path, FILE));
    await expectProblem(await keyed(t, path, `${FILE}Caio;11961234568\r\n`), 409, "idempotency_conflict");
    await expectProblem(await keyed(t, `${path}?delimiter=;`, FILE), 409, "idempotency_conflict");
    await expectProblem(await keyed(t, path, FILE, "k".repeat(201)), 400, "invalid_request");
    expect(await filesOf(t)).toHaveLength(1);
  });
});

describe("a body of any length", () => {
  const keyOf = () => newId("upload");
  const streamOf = (chunks: Uint8Array[]) =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        const chunk = chunks.shift();
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
    });
  const noise = (length: number, seed: number) => new Uint8Array(length).map((_, index) => (index * 31 + seed) % 251);
  const sum = async (bytes: ArrayBuffer) => Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));

  test.each([
    ["short", [10, 0, 5]],
    ["exactly one part", [PART_BYTES]],
    ["parts and a rest, in odd chunks", [PART_BYTES - 1, 3, 2 * PART_BYTES, 70_001]],
  ])("is stored as it came: %s", async (_, lengths) => {
    const chunks = lengths.map((length, seed) => noise(length, seed));
    const whole = await new Blob(chunks).arrayBuffer();
    let seen = 0;
    const key = keyOf();
    const bytes = await makeFiles(env.FILES).putStream(key, streamOf(chunks), (chunk) => {
      seen += chunk.length;
    });
    expect([bytes, seen]).toEqual([whole.byteLength, whole.byteLength]);
    const stored = await (await env.FILES.get(key))?.arrayBuffer();
    expect(stored && (await sum(stored))).toEqual(await sum(whole));
  });

  test("leaves nothing when it breaks off", async () => {
    const key = keyOf();
    const upload = { uploadPart: vi.fn(async () => ({ partNumber: 1, etag: "x" })), complete: vi.fn(), abort: vi.fn() };
    const bucket = { createMultipartUpload: async () => upload } as unknown as R2Bucket;
    const breaking = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (upload.uploadPart.mock.calls.length > 0) controller.error(new Error("gone"));
        else controller.enqueue(noise(PART_BYTES, 1));
      },
    });
    await expect(makeFiles(bucket).putStream(key, breaking, () => {})).rejects.toThrow("gone");
    expect([upload.complete.mock.calls.length, upload.abort.mock.calls.length]).toEqual([0, 1]);
  });
});
