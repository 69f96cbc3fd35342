import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { writeXlsx } from "hucre/xlsx";
import { describe, expect, test } from "vitest";
import * as schema from "#adapters/d1/schema/index.ts";
import { CONTACT_FIELDS, FIELD_RULES } from "#core/audience/contact-fields.ts";
import { type Deps, makeDeps, type TenantStore } from "#deps.ts";
import { requeueStalled, runImportSlice } from "#services/imports/import-job.ts";
import { anAudience, aTenant, orm, type TestTenant } from "../../support/builders.ts";
import { nothingKnown, stored, written } from "../../support/contact-fields.ts";
import { excelWorkbook } from "../../support/excel-workbook.ts";
import {
  aJobsQueue,
  anUpload,
  consentOf,
  contactBy,
  contactsOf,
  importFile,
  rejectsOf,
  runImport,
  SMALL_STEPS,
} from "../../support/imports.ts";
import { rowsOf } from "../../support/populated-tenant.ts";

const HEADER =
  "NomePessoa;CpfCnpj;CodPessoaCliente;DDDTelefone;NumeroTelefone;EnderecoEmail;OptIn;OrigemOptIn;DataHoraOptIn;Hashtags;Cidade";
const csv = (...lines: string[]) => [HEADER, ...lines, ""].join("\r\n");
const person = (nth: number) =>
  `Ana ${nth};;C${nth};11;96123${String(4000 + nth)};;S;site;2026-03-01 10:00:00;vip;Recife`;
const counts = (job: {
  totalRows: number;
  importedRows: number;
  updatedRows: number;
  rejectedRows: number;
  warningRows: number;
}) => [job.totalRows, job.importedRows, job.updatedRows, job.rejectedRows, job.warningRows];

async function anEmptyAudience(): Promise<{ t: TestTenant; audienceId: string }> {
  const t = await aTenant();
  return { t, audienceId: (await anAudience(t)).id };
}

describe("every row is accounted for", () => {
  const FILE = csv(
    person(1),
    "Bia;11111111111;;11;961239001;;N;;;;",
    "",
    "Sem telefone;;;;;;;;;;",
    '"Caio\nSouza";;;11;961239002;;;;;;',
    "Curto;;;11;96123;;;;;;",
    "Ana de novo;;;11;961234001;;;;;novo;Olinda",
    HEADER,
    ';;;;"=1+1";;;;;;',
    "Dora;;;;+55 (11) 96123-9003;;;;;;",
    '"Eva;;;11;961239004;;;;;;',
  );

  test.each([undefined, SMALL_STEPS])(
    "imported, updated or rejected with its line and reason (pace %#)",
    async (pace) => {
      const { t, audienceId } = await anEmptyAudience();
      const job = await importFile(t, audienceId, FILE, pace);
      expect(job).toMatchObject({ status: "completed", error: null });
      expect(counts(job)).toEqual([10, 4, 1, 5, 1]);
      expect((await contactsOf(t)).map(({ name, phone }) => [name, phone])).toEqual([
        ["Ana de novo", "+5511961234001"],
        ["Bia", "+5511961239001"],
        ["Caio Souza", "+5511961239002"],
        ["Dora", "+5511961239003"],
      ]);
      const audience = await makeDeps(env).store(t.tenantId).audiences.get(audienceId);
      expect(audience?.contactCount).toBe(4);
      expect(await rejectsOf(t, job.id)).toBe(
        `\ufeff${HEADER};Linha;Motivo\r\n${[
          "Sem telefone;;;;;;;;;;;5;Telefone em branco (phone_missing)",
          "Curto;;;11;96123;;;;;;;8;Telefone curto demais (phone_too_short)",
          `${HEADER};10;Cabeçalho repetido (repeated_header)`,
          ";;;;'=1+1;;;;;;;11;Telefone com letras ou outros sinais (phone_not_a_number)",
          '"""Eva;;;11;961239004;;;;;;";;;;;;;;;;;13;Aspas sem par ou fora do lugar (malformed_quotes)',
          "",
        ].join("\r\n")}`,
      );
    },
  );

  test("a header without rows is an import of nothing", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const job = await importFile(t, audienceId, csv());
    expect([job.status, ...counts(job)]).toEqual(["completed", 0, 0, 0, 0, 0]);
  });

  test("rows of another channel have a count of their own", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const lines = Array.from({ length: 4 }, (_, n) => [
      `TELEFONE;1196123400${n};Ana ${n}`,
      `EMAIL;ana${n}@exemplo.com.br;Ana ${n}`,
    ]).flat();
    const file = ["TIPO_DE_REGISTRO;VALOR_DO_REGISTRO;NOME_CLIENTE", ...lines, "TELEFONE;x;"].join("\n");
    for (const pace of [undefined, SMALL_STEPS]) {
      const job = await importFile(t, audienceId, file, pace);
      expect([job.totalRows, job.importedRows + job.updatedRows, job.rejectedRows, job.otherChannelRows]).toEqual([
        9, 4, 1, 4,
      ]);
    }
    expect((await contactsOf(t)).map(({ optInStatus }) => optInStatus)).toEqual(Array(4).fill("unknown"));
  });

  test.each([undefined, SMALL_STEPS])(
    "and what was left out or noticed is told by reason, with its lines (pace %#)",
    async (pace) => {
      const { t, audienceId } = await anEmptyAudience();
      const good = Array.from({ length: 30 }, (_, nth) => person(nth));
      const undated = Array.from({ length: 25 }, (_, nth) => person(100 + nth).replace("2026-03-01", "31/02/2026"));
      const job = await importFile(t, audienceId, csv(...good, ...undated, "Ruim;;;;11961234567/8;;S;;;;"), pace);
      expect(job.cursor).toMatchObject({
        rejections: { phone_two_numbers: { count: 1, lines: [57] } },
        notices: { consent_date_unreadable: { count: 25, lines: Array.from({ length: 20 }, (_, n) => 32 + n) } },
      });
      const file = await (await t.call("GET", `/v1/imports/${job.id}/notices`)).text();
      const lines = file.trimEnd().split("\r\n");
      expect(lines[0]?.endsWith(";Linha;Aviso")).toBe(true);
      expect(lines.slice(1).map((line) => Number(line.split(";").at(-2)))).toEqual(undated.map((_, n) => 32 + n));
      expect(lines[1]).toMatch(/^Ana 100;.*Data do OptIn não entendida: .* \(consent_date_unreadable\)$/);
    },
  );

  test("the same file again updates everyone and adds nobody", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const file = csv(...Array.from({ length: 20 }, (_, nth) => person(nth)));
    expect(counts(await importFile(t, audienceId, file))).toEqual([20, 20, 0, 0, 0]);
    const before = await rowsOf(t);
    expect(counts(await importFile(t, audienceId, file))).toEqual([20, 0, 20, 0, 0]);
    const after = await rowsOf(t);
    for (const table of ["audiences", "audience_members", "consent_events"])
      expect(after[table]).toEqual(before[table]);
    expect(after.contacts).toHaveLength(20);
  });

  test("people of another tenant with the same phone are other people", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const other = await anEmptyAudience();
    await importFile(other.t, other.audienceId, csv(person(1)));
    const before = await rowsOf(other.t);
    expect(counts(await importFile(t, audienceId, csv(person(1))))).toEqual([1, 1, 0, 0, 0]);
    expect(await rowsOf(other.t)).toEqual(before);
  });
});

describe("the e-mail rows of a person", () => {
  const NAMES = "TIPO_DE_REGISTRO;VALOR_DO_REGISTRO;NOME_CLIENTE;CPFCNPJ;CODCLIENTE";
  const [ANA, BIA] = ["52998224725", "11144477735"];
  const phone = (nth: number, document: string, code: string) =>
    `TELEFONE;1196123${4000 + nth};P${nth};${document};${code}`;
  const email = (address: string, document: string, code: string) => `EMAIL;${address};;${document};${code}`;
  const file = (...lines: string[]) => [NAMES, ...lines, ""].join("\n");
  /** Addresses by the last digits of the phone. */
  async function given(t: TestTenant) {
    const contacts = await contactsOf(t);
    return Object.fromEntries(contacts.map(({ phone, email }) => [Number(phone?.slice(-4)) - 4000, email]));
  }

  test.each([undefined, SMALL_STEPS, { ...SMALL_STEPS, stepRecords: 1 }])(
    "give their address to the phones of the person, wherever in the file they stand (pace %#)",
    async (pace) => {
      const { t, audienceId } = await anEmptyAudience();
      const job = await importFile(
        t,
        audienceId,
        file(
          email("before@x.co", ANA, "1"),
          phone(1, ANA, "1"),
          phone(2, "", "2"),
          phone(3, ANA, ""),
          email("by-code@x.co", "", "2"),
          phone(4, "", "4"),
          phone(5, BIA, "5"),
          email("nobody@x.co", "", "77"),
          email("not an address", BIA, "5"),
          email("by-one-side@x.co", "11222333000181", "4"),
          email("other-document@x.co", "11222333000181", "5"),
          phone(6, "", "2"),
          phone(7, "", ""),
          "EMAIL;of-nobody@x.co;;;",
        ),
        pace,
      );
      expect([job.status, ...counts(job), job.otherChannelRows]).toEqual(["completed", 14, 7, 0, 0, 0, 7]);
      expect(await given(t)).toEqual({
        ...{ 1: "before@x.co", 2: "by-code@x.co", 3: "before@x.co", 4: "by-one-side@x.co" },
        ...{ 5: null, 6: "by-code@x.co", 7: null },
      });
      expect((await makeDeps(env).store(t.tenantId).audiences.get(audienceId))?.contactCount).toBe(7);
    },
  );

  test.each([undefined, SMALL_STEPS])("count the last of several, also over what was known (pace %#)", async (pace) => {
    const { t, audienceId } = await anEmptyAudience();
    await importFile(t, audienceId, `Telefone;E-mail\n11961234001;old@x.co\n`);
    const lines = [1, 2, 3, 4, 5].map((nth) => email(`a${nth}@x.co`, ANA, nth % 2 ? "1" : ""));
    await importFile(t, audienceId, file(phone(1, ANA, "1"), ...lines), pace);
    expect(await given(t)).toEqual({ 1: "a5@x.co" });
  });

  test("reach nobody of another file, another tenant, or the same tenant's earlier imports", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const other = await anEmptyAudience();
    for (const { t: tenant, audienceId: into } of [{ t, audienceId }, other])
      await importFile(tenant, into, file(phone(1, ANA, "1")));
    await importFile(t, audienceId, file(phone(2, BIA, "2"), email("a@x.co", ANA, "1")));
    expect([await given(t), await given(other.t)]).toEqual([{ 1: null, 2: null }, { 1: null }]);
  });

  test("that name a code of half the file name nobody", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const many = Array.from({ length: 21 }, (_, nth) => phone(nth, "", "0"));
    const few = Array.from({ length: 20 }, (_, nth) => phone(100 + nth, "", "7"));
    await importFile(t, audienceId, file(...many, ...few, email("a@x.co", "", "0"), email("b@x.co", "", "7")));
    const addresses = Object.values(await given(t));
    expect([addresses.filter((address) => address === null).length, addresses.filter(Boolean).length]).toEqual([
      21, 20,
    ]);
  });

  test("are given once, however often a step comes, side by side or after a crash", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const lines = Array.from({ length: 6 }, (_, nth) => [
      email(`a${nth}@x.co`, "", `${nth}`),
      phone(nth, "", `${nth}`),
    ]);
    const { id } = await anUpload(t, audienceId, file(...lines.flat()));
    const message = { kind: "import", tenantId: t.tenantId, importId: id } as const;
    const deps = { ...makeDeps(env), queues: aJobsQueue().queues };
    for (let step = 0; step < 5; step += 1) {
      await expect(runImportSlice(withBrokenCommit(deps, t.tenantId), message, SMALL_STEPS)).rejects.toThrow("cut");
      // A run that reads the cursor before the other has moved it: its step counts for nothing.
      const stale = withStaleOpen(deps, t.tenantId, await deps.store(t.tenantId).imports.open(id));
      await Promise.all([runImportSlice(stale, message, SMALL_STEPS), runImportSlice(deps, message, SMALL_STEPS)]);
      await runImportSlice(stale, message, SMALL_STEPS);
    }
    const job = await runImport(t, id, { pace: SMALL_STEPS });
    expect([job.status, ...counts(job), job.otherChannelRows]).toEqual(["completed", 12, 6, 0, 0, 0, 6]);
    expect(await given(t)).toEqual(Object.fromEntries(lines.map((_, nth) => [nth, `a${nth}@x.co`])));
    const before = await rowsOf(t);
    await importFile(t, audienceId, file(...lines.flat()), SMALL_STEPS);
    const changed = ["updatedAt", "importId", "updated_at", "import_id"];
    const plain = (rows: unknown[] = []) =>
      rows.map((row) => Object.entries(row ?? {}).filter(([name]) => !changed.includes(name)));
    expect(plain((await rowsOf(t)).contacts)).toEqual(plain(before.contacts));
  });

  test("are looked up by an index, whatever the tenant's size", async () => {
    const plans: string[] = [];
    const { t, audienceId } = await anEmptyAudience();
    const spying = {
      ...env,
      DB: new Proxy(env.DB, {
        get: (db, name) =>
          name === "prepare"
            ? (sql: string) => {
                if (sql.includes("set email")) plans.push(sql);
                return db.prepare(sql);
              }
            : Reflect.get(db, name).bind(db),
      }),
    };
    const { id } = await anUpload(t, audienceId, file(phone(1, ANA, "1"), email("a@x.co", ANA, "1")));
    await runImport(t, id, { deps: makeDeps(spying) });
    expect(await given(t)).toEqual({ 1: "a@x.co" });
    const [sql = expect.fail("no address was given")] = plans;
    const { results } = await env.DB.prepare(`explain query plan ${sql}`)
      .bind(t.tenantId, id, "con", "[]", "[]", 0)
      .all<{ detail: string }>();
    const details = results.map(({ detail }) => detail).join("\n");
    expect(details.match(/USING (?:COVERING )?INDEX contacts_(?:document|code)/g)).toHaveLength(4);
    expect(details).not.toMatch(/SCAN (?:contacts|namesake)/);
  });
});

describe("encodings", () => {
  const expectSilva = async (t: TestTenant) =>
    expect((await contactBy(t, "+5511961234567")).name).toBe("José da Conceição");

  test("Windows-1252", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const file = Uint8Array.from("Nome;Telefone\r\nJosé da Conceição;11961234567", (char) => char.charCodeAt(0));
    const { id } = await anUpload(t, audienceId, file, { encoding: "windows-1252" });
    await runImport(t, id);
    await expectSilva(t);
  });

  test.each([0, 1])(
    "UTF-16 as Excel saves Unicode text, with its mark and without, cut anywhere (%#)",
    async (start) => {
      const { t, audienceId } = await anEmptyAudience();
      const text = `\ufeffNome\tTelefone\r\n${"Çç\t1\r\n".repeat(20)}"José\nda Conceição"\t11961234567`.slice(start);
      const file = new Uint8Array(Uint16Array.from(text, (char) => char.charCodeAt(0)).buffer);
      const { id } = await anUpload(t, audienceId, file, { encoding: "utf-16le" });
      const job = await runImport(t, id, { pace: { ...SMALL_STEPS, windowBytes: 82 } });
      expect(counts(job)).toEqual([21, 1, 0, 20, 0]);
      await expectSilva(t);
    },
  );

  test("characters that were damaged before overwrite nothing", async () => {
    const { t, audienceId } = await anEmptyAudience();
    await importFile(t, audienceId, "Nome;Telefone;Cidade\nJosé da Conceição;11961234567;São Luís\n");
    const job = await importFile(t, audienceId, "Nome;Telefone;Cidade\nJos\ufffd da Concei;11961234567;S\ufffdo Lu\n");
    expect(job.cursor?.notices).toEqual({ damaged_characters: { count: 1, lines: [2] } });
    await expectSilva(t);
    expect((await contactBy(t, "+5511961234567")).attributes).toEqual({ Cidade: "São Luís" });
  });

  test("UTF-8 with a byte order mark, cut anywhere", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const file = `\ufeffNome;Telefone\r\n${"Çç;1\r\n".repeat(100)}José da Conceição;11961234567`;
    const job = await importFile(t, audienceId, file, { ...SMALL_STEPS, windowBytes: 41 });
    expect(counts(job)).toEqual([101, 1, 0, 100, 0]);
    await expectSilva(t);
  });
});

describe("messages that come twice, late or never", () => {
  const FILE = csv(...Array.from({ length: 10 }, (_, nth) => person(nth)), "Ruim;;;;x;;;;;;", person(3));

  test("a slice that is delivered again changes nothing", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const { id } = await anUpload(t, audienceId, FILE);
    const { sent, queues } = aJobsQueue();
    const message = { kind: "import", tenantId: t.tenantId, importId: id } as const;
    const deps = { ...makeDeps(env), queues };
    // The second run reads the cursor before the first has moved it.
    const stale = withStaleOpen(deps, t.tenantId, await openedAt(deps, t, id, 1, message));
    const before = await rowsOf(t);
    sent.length = 0;
    await runImportSlice(stale, message, SMALL_STEPS);
    await runImportSlice(stale, message, SMALL_STEPS);
    expect(await rowsOf(t)).toEqual(before);
    expect(sent).toEqual([]);
    expect(counts(await runImport(t, id, { pace: SMALL_STEPS }))).toEqual([12, 10, 1, 1, 0]);
    expect((await rejectsOf(t, id)).split("\r\n")).toHaveLength(3);
  });

  test("two runs side by side count every row once", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const { id } = await anUpload(t, audienceId, FILE);
    await Promise.all([1, 2, 3].map(() => runImport(t, id, { pace: SMALL_STEPS })));
    const job = await runImport(t, id, { pace: SMALL_STEPS });
    expect([job.status, ...counts(job)]).toEqual(["completed", 12, 10, 1, 1, 0]);
  });

  test("after a crash between rejects and commit it goes on where it stood", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const { id } = await anUpload(t, audienceId, FILE);
    const message = { kind: "import", tenantId: t.tenantId, importId: id } as const;
    const { queues } = aJobsQueue();
    const deps = { ...makeDeps(env), queues };
    for (let step = 0; step < 4; step += 1) {
      await expect(runImportSlice(withBrokenCommit(deps, t.tenantId), message, SMALL_STEPS)).rejects.toThrow("cut");
      await runImportSlice(deps, message, SMALL_STEPS);
    }
    expect(counts(await runImport(t, id, { pace: SMALL_STEPS }))).toEqual([12, 10, 1, 1, 0]);
    expect((await rejectsOf(t, id)).split("\r\n")).toHaveLength(3);
  });

  test("an import whose message was lost is woken once a minute, and given up when that does not help", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const createdAt = Date.UTC(2026, 0, 1);
    const { id } = await anUpload(t, audienceId, FILE, { createdAt });
    const { sent, queues } = aJobsQueue();
    const deps = { ...makeDeps(env), queues };
    const wakeAt = async (minutes: number) => {
      sent.length = 0;
      await requeueStalled(deps, createdAt + minutes * 60_000 + 1);
      return sent.filter((message) => message.kind === "import" && message.importId === id).length;
    };
    expect(await wakeAt(0.9)).toBe(0);
    expect(await wakeAt(1)).toBe(1);
    expect(await wakeAt(1.5)).toBe(0);
    let attempts = 1;
    for (let minutes = 3; (await wakeAt(minutes)) > 0; minutes += 2) attempts += 1;
    expect(attempts).toBe(15);
    expect(await deps.store(t.tenantId).imports.get(id)).toMatchObject({ status: "failed", error: "stalled" });
  });

  test("an import that moves again is not counted as stalled", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const { id } = await anUpload(t, audienceId, FILE, { createdAt: 0 });
    const { queues } = aJobsQueue();
    const deps = { ...makeDeps(env), queues };
    await requeueStalled(deps, 120_000);
    await runImportSlice(deps, { kind: "import", tenantId: t.tenantId, importId: id }, SMALL_STEPS);
    expect(await deps.store(t.tenantId).imports.get(id)).toMatchObject({ status: "running", recoveryAttempts: 0 });
  });
});

describe("what a row changes on somebody we know", () => {
  test("blank cells erase nothing, others replace; hashtags and attributes are united", async () => {
    const { t, audienceId } = await anEmptyAudience();
    await importFile(t, audienceId, csv("Ana;529.982.247-25;C1;11;961234567;a@b.co;S;site;01/03/2026;vip novo;Recife"));
    const first = await contactBy(t, "+5511961234567");
    await importFile(t, audienceId, "Telefone;Nome;E-mail;Tags;Cidade;Valor\n11961234567;;x@y.co;novo,caro;;10,00\n");
    expect(await contactBy(t, "+5511961234567")).toEqual({
      ...first,
      email: "x@y.co",
      hashtags: ["vip", "novo", "caro"],
      attributes: { Cidade: "Recife", Valor: "10,00" },
      // It is found by what it has now.
      search: expect.stringMatching(/^ana\t.*\tx@y\.co$/),
      words: expect.stringMatching(/x\Wy\Wco/),
      importId: expect.any(String),
      updatedAt: expect.any(Number),
    });
  });

  test.each(CONTACT_FIELDS)("%s is taken from a cell, kept by a blank one, and replaced by another", async (field) => {
    const { t, audienceId } = await anEmptyAudience();
    const file = (cell: string) => `Telefone;${FIELD_RULES[field].column}\n11961234567;${cell}\n`;
    await importFile(t, audienceId, file(written[field]));
    await importFile(t, audienceId, file(""));
    await importFile(t, audienceId, "Telefone;Nome\n11961234567;Ana\n");
    expect(await contactBy(t, "+5511961234567")).toMatchObject({
      ...nothingKnown,
      name: "Ana",
      [field]: stored[field],
    });
    await orm
      .update(schema.contacts)
      .set({ [field]: "before" })
      .where(eq(schema.contacts.tenantId, t.tenantId));
    await importFile(t, audienceId, file(written[field]));
    expect(await contactBy(t, "+5511961234567")).toMatchObject({ [field]: stored[field] });
  });

  test("of two rows for one phone the later one wins, cell by cell, in one step or in two", async () => {
    const rows = ["Ana;;C1;11;961234567;;;;;vip;Recife", "Ana Lima;;;11;961234567;;;;;novo;"];
    for (const stepRecords of [1, 2]) {
      const { t, audienceId } = await anEmptyAudience();
      const job = await importFile(t, audienceId, csv(...rows), { ...SMALL_STEPS, stepRecords });
      expect(counts(job)).toEqual([2, 1, 1, 0, 0]);
      expect(await contactBy(t, "+5511961234567")).toMatchObject({
        name: "Ana Lima",
        customerCode: "C1",
        hashtags: ["vip", "novo"],
        attributes: { Cidade: "Recife" },
      });
    }
  });
});

describe("consent", () => {
  const PHONE = "+5511961234567";
  const says = (optIn: string, at = "", source = "") => csv(`Ana;;;11;961234567;;${optIn};${source};${at};;`);
  /** Imports one file after the other; answers the consent they lead to. */
  async function afterImports(...files: string[]) {
    const { t, audienceId } = await anEmptyAudience();
    for (const file of files) await importFile(t, audienceId, file);
    const contact = await contactBy(t, PHONE);
    return { t, audienceId, contact, events: await consentOf(t, contact.id) };
  }

  test("yes grants it, with its source and instant in the tenant's time zone, and a record", async () => {
    const { contact, events } = await afterImports(says("S", "2026-03-01 10:00:00", "site"));
    expect(contact).toMatchObject({
      optInStatus: "granted",
      optInSource: "site",
      optInAt: Date.parse("2026-03-01T10:00:00-03:00"),
      optOutAt: null,
    });
    expect(events).toEqual(["granted site"]);
  });

  test("yes without source comes from the import", async () => {
    const { contact } = await afterImports(says("sim"));
    expect(contact).toMatchObject({ optInStatus: "granted", optInSource: "importação" });
  });

  test.each(["", "ontem", "31/02/2026", "12/25/2026 08:00", "03/04/0026", "2999-01-01"])(
    "with the date %j is a consent without a date, on the contact and in the proof; one that is given later counts",
    async (at) => {
      const { t, audienceId, contact } = await afterImports(says("S", at, "site"));
      expect(contact).toMatchObject({ optInStatus: "granted", optInAt: null });
      const proof = async () =>
        (await makeDeps(env).store(t.tenantId).contacts.consentHistory(contact.id)).map((event) => event.at);
      expect(await proof()).toEqual([null]);
      await importFile(t, audienceId, says("S", "01/02/2019", "loja"));
      const given = Date.parse("2019-02-01T00:00:00-02:00");
      expect(await contactBy(t, PHONE)).toMatchObject({ optInAt: given, optInSource: "loja" });
      expect(await proof()).toEqual([given, null]);
    },
  );

  test("blank says nothing: unknown stays unknown, granted stays granted", async () => {
    expect(await afterImports(says(""))).toMatchObject({ contact: { optInStatus: "unknown" }, events: [] });
    const granted = await afterImports(says("S", "2026-03-01", "site"), says(""));
    expect(granted).toMatchObject({ contact: { optInStatus: "granted" }, events: ["granted site"] });
  });

  test("no of somebody new is kept, and of somebody who had agreed takes it back", async () => {
    const fresh = await afterImports(says("N"));
    expect(fresh.contact).toMatchObject({ optInStatus: "revoked", optInSource: null, optOutReason: "importação" });
    expect(fresh.events).toEqual(["revoked importação"]);
    const { contact, events } = await afterImports(says("S", "2026-03-01", "site"), says("N"), says("N"));
    expect(contact).toMatchObject({ optInStatus: "revoked", optOutReason: "importação", optOutAt: expect.any(Number) });
    expect(events).toEqual(["granted site", "revoked importação"]);
  });

  test.each([
    ["an older date", "2026-03-01"],
    ["no date", ""],
    ["a date in the future", "2999-01-01"],
  ])("an opt-out is not undone by a yes with %s", async (_, at) => {
    const { t, audienceId, contact } = await afterImports(says("S", "2026-01-01", "site"));
    await t.call("POST", `/v1/contacts/${contact.id}/opt-out`, {});
    const revoked = await contactBy(t, PHONE);
    await importFile(t, audienceId, says("S", at, "site"));
    expect(await contactBy(t, PHONE)).toMatchObject({
      optInStatus: "revoked",
      optOutAt: revoked.optOutAt,
      consentId: revoked.consentId,
    });
    expect(await consentOf(t, contact.id)).toEqual(["granted site", "revoked api"]);
  });

  test.each([
    ["older than the no", "01/03/2019 09:00"],
    ["without a date", ""],
    ["with a date that is none", "31/02/2026"],
  ])("the no of somebody new is not lifted by a yes %s, and the row says so", async (_, at) => {
    const { t, audienceId, contact, events } = await afterImports(says("Não"), says("Sim", at, "base antiga"));
    expect(contact).toMatchObject({ optInStatus: "revoked", optInSource: null, optInAt: null });
    expect(events).toEqual(["revoked importação"]);
    const { cursor, warningRows } = await importFile(t, audienceId, says("Sim", at, "base antiga"));
    expect(cursor?.notices).toMatchObject({ refusal_kept: { count: 1, lines: [2] } });
    expect(warningRows).toBe(1);
  });

  test("a no with a date is lifted by a yes that is newer, and by no other", async () => {
    const { contact, events } = await afterImports(
      says("Não", "01/03/2026"),
      says("Sim", "01/02/2026", "velho"),
      says("Sim", "01/03/2026", "igual"),
      says("Sim", "02/03/2026", "novo"),
    );
    expect(contact).toMatchObject({ optInStatus: "granted", optInSource: "novo", optOutAt: null });
    expect(events).toEqual(["revoked importação", "granted novo"]);
  });

  test("a second no counts from its own date", async () => {
    const { contact } = await afterImports(
      says("Não", "01/01/2026"),
      says("Não", "01/03/2026"),
      says("Sim", "01/02/2026", "site"),
    );
    expect(contact.optInStatus).toBe("revoked");
  });

  test("an opt-out between the weighing of a step and its storing is not lost, and nobody is counted twice", async () => {
    const { t, audienceId, contact } = await afterImports(says("S", "2026-01-01", "site"));
    const deps = makeDeps(env);
    const store = deps.store(t.tenantId);
    let weighings = 0;
    const consentsByPhone = async (phones: string[]) => {
      const known = await store.contacts.consentsByPhone(phones);
      weighings += 1;
      if (weighings === 1) await t.call("POST", `/v1/contacts/${contact.id}/opt-out`, {});
      return known;
    };
    const raced: Deps = {
      ...deps,
      store: () => storeWith(store, { contacts: { ...store.contacts, consentsByPhone } }),
    };
    const { id } = await anUpload(t, audienceId, says("S", "2026-03-01", "loja"));
    const job = await runImport(t, id, { deps: raced });
    expect(weighings).toBe(2);
    expect(counts(job)).toEqual([1, 0, 1, 0, 1]);
    expect((await contactBy(t, PHONE)).optInStatus).toBe("revoked");
    expect(await consentOf(t, contact.id)).toEqual(["granted site", "revoked api"]);
  });

  test("who agreed again after opting out may be written to again", async () => {
    const { t, audienceId, contact } = await afterImports(says("S", "2026-01-01", "site"));
    await orm
      .update(schema.contacts)
      .set({ optInStatus: "revoked", optOutAt: Date.UTC(2026, 1, 1), optOutReason: "SAIR" })
      .where(eq(schema.contacts.id, contact.id));
    await importFile(t, audienceId, says("S", "2026-03-01", "loja"));
    expect(await contactBy(t, PHONE)).toMatchObject({
      optInStatus: "granted",
      optInSource: "loja",
      optOutAt: null,
      optOutReason: null,
    });
    expect(await consentOf(t, contact.id)).toEqual(["granted site", "granted loja"]);
  });

  test("a newer yes brings the proof up to date, an older one or one without a date does not", async () => {
    const { contact, events } = await afterImports(
      says("S", "2026-02-01", "site"),
      says("S", "2026-01-01", "velho"),
      says("S", "", "sem data"),
      says("S", "2026-03-01", "loja"),
    );
    expect(contact.optInSource).toBe("loja");
    expect(events).toEqual(["granted site", "granted loja"]);
  });

  test.each([1, 2])("yes and then no in one file is no (%i rows a step)", async (stepRecords) => {
    const { t, audienceId } = await anEmptyAudience();
    const file = csv("Ana;;;11;961234567;;S;site;2026-03-01;;", "Ana;;;11;961234567;;N;;;;");
    await importFile(t, audienceId, file, { ...SMALL_STEPS, stepRecords });
    const contact = await contactBy(t, PHONE);
    expect(contact.optInStatus).toBe("revoked");
    expect((await consentOf(t, contact.id)).at(-1)).toBe("revoked importação");
  });

  test("a no reaches campaigns under way", async () => {
    const { t, audienceId, contact } = await afterImports(says("S", "2026-03-01", "site"));
    const told: unknown[] = [];
    const deps = makeDeps(env);
    const store = deps.store(t.tenantId);
    const listening: Deps = {
      ...deps,
      store: () => storeWith(store, { campaigns: { ...store.campaigns, activeIds: async () => ["cmp_1"] } }),
      campaign: (id) => ({
        ...deps.campaign(id),
        exclude: async (ids, reason) => void told.push([id, ids, reason]),
      }),
    };
    const { id } = await anUpload(t, audienceId, says("N"));
    await runImport(t, id, { deps: listening });
    expect(told).toEqual([["cmp_1", [contact.id], "optedOut"]]);
  });
});

describe("a workbook", () => {
  const upload = (t: TestTenant, audienceId: string) =>
    anUpload(t, audienceId, excelWorkbook(), { encoding: "workbook" });

  test("whose text was stored and not begun is read again, and nobody twice, also side by side", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const { id } = await upload(t, audienceId);
    const deps = makeDeps(env);
    const lost: Deps = {
      ...deps,
      files: {
        ...deps.files,
        putStream: async (...file) => deps.files.putStream(...file).then(() => Promise.reject(new Error("killed"))),
      },
    };
    const message = { kind: "import" as const, tenantId: t.tenantId, importId: id };
    await expect(runImportSlice({ ...lost, queues: aJobsQueue().queues }, message)).rejects.toThrow("killed");
    await Promise.all([runImport(t, id, { pace: SMALL_STEPS }), runImport(t, id, { pace: SMALL_STEPS })]);
    expect(counts((await deps.store(t.tenantId).imports.get(id)) ?? expect.fail("no import"))).toEqual([3, 2, 0, 1, 0]);
    expect(await contactsOf(t)).toHaveLength(2);
  });

  test("leaves only the text of its sheet behind", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const { id, fileKey } = await upload(t, audienceId);
    const { fileKey: textKey } = await runImport(t, id);
    expect(await env.FILES.head(fileKey)).toBeNull();
    expect(await (await env.FILES.get(textKey))?.text()).toContain("Ana & Bia Conceição;11961234001;191;120,5");
  });

  test("of several sheets is read where the people are, also in small steps", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const rows = [
      ["Relatório"],
      [],
      ["Nome", "Celular"],
      ["Ana", 11_961_234_567],
      ["Bia", 11_961_234_568],
      ["Total", 2],
    ];
    const file = await writeXlsx({
      sheets: [
        { name: "Capa", rows: [["Clientes de março"], ["Celular"]] },
        { name: "Base & Cia", rows },
      ],
    });
    const { id } = await anUpload(t, audienceId, file, { encoding: "workbook" });
    const job = await runImport(t, id, { pace: SMALL_STEPS });
    expect([job.status, job.sheet, ...counts(job)]).toEqual(["completed", "Base & Cia", 2, 2, 0, 0, 0]);
    expect(job.cursor?.notices).toEqual({ totals_line: { count: 1, lines: [6] } });
  });

  test("that can't be fetched now is tried again, and not called unreadable", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const { id } = await upload(t, audienceId);
    const deps = makeDeps(env);
    const away: Deps["files"] = {
      ...deps.files,
      open: async () => new ReadableStream({ pull: (controller) => controller.error(new Error("R2 is away")) }),
    };
    const message = { kind: "import" as const, tenantId: t.tenantId, importId: id };
    await expect(runImportSlice({ ...deps, files: away }, message)).rejects.toThrow("R2 is away");
    expect((await runImport(t, id)).status).toBe("completed");
  });
});

describe("a file that can't be read", () => {
  test.each([
    ["is a spreadsheet or picture", "PK\u0003\u0004", { encoding: "binary" as const }, "binary_file"],
    [
      "is an archive of something else",
      "PK\u0003\u0004 and no more",
      { encoding: "workbook" as const },
      "workbook_unreadable",
    ],
    [
      "is larger than a workbook may be",
      "PK",
      { encoding: "workbook" as const, fileBytes: 64_000_001 },
      "workbook_too_large",
    ],
    ["is text in name only", "PNG\u0000\u0001\u001a\r\n\u0000", {}, "binary_file"],
    ["has nothing but blanks", "\r\n  \r\n;;\r\n", {}, "empty_file"],
    ["names no column for phones", "Nome;Cidade\r\nAna;Recife\r\n", {}, "no_phone_column"],
    ["has hundreds of columns", `Telefone${";x".repeat(300)}\r\n`, {}, "too_many_columns"],
    ["is one endless line", "Telefone\n".padEnd(5_000_000, "x"), {}, "line_too_long"],
  ])("because it %s fails with that word and one alert, and leaves no rows", async (_, file, overrides, error) => {
    const { t, audienceId } = await anEmptyAudience();
    const { id } = await anUpload(t, audienceId, file, overrides);
    expect(await runImport(t, id)).toMatchObject({
      status: "failed",
      error,
      totalRows: 0,
      completedAt: expect.any(Number),
    });
    await runImport(t, id);
    expect((await rowsOf(t)).alerts).toMatchObject([{ kind: "import_failed", subject: id }]);
    expect(await contactsOf(t)).toEqual([]);
  });

  test("because it is gone, or its audience is, fails", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const lost = await anUpload(t, audienceId, csv(person(1)), { fileKey: "nowhere" });
    expect((await runImport(t, lost.id)).error).toBe("file_missing");
    const homeless = await anUpload(t, "aud_none", csv(person(1)));
    expect((await runImport(t, homeless.id)).error).toBe("audience_deleted");
  });
});

/** Runs `steps` messages; answers the import as it stood before the last of them. */
async function openedAt(
  deps: Deps,
  t: TestTenant,
  id: string,
  steps: number,
  message: Parameters<typeof runImportSlice>[1],
) {
  let opened = null;
  for (let step = 0; step <= steps; step += 1) {
    opened = await deps.store(t.tenantId).imports.open(id);
    await runImportSlice(deps, message, SMALL_STEPS);
  }
  return opened;
}

function withStaleOpen(deps: Deps, tenantId: string, opened: Awaited<ReturnType<typeof openedAt>>): Deps {
  const store = deps.store(tenantId);
  return { ...deps, store: () => storeWith(store, { imports: { ...store.imports, open: async () => opened } }) };
}

/** The machine goes down right before a step is committed. */
function withBrokenCommit(deps: Deps, tenantId: string): Deps {
  const store = deps.store(tenantId);
  const commit = async () => {
    throw new Error("cut");
  };
  return { ...deps, store: () => storeWith(store, { imports: { ...store.imports, commit } }) };
}

/** A tenant's stores, some of them others. */
const storeWith = (store: TenantStore, others: Partial<TenantStore>): TenantStore =>
  new Proxy(store, { get: (target, name) => Reflect.get(name in others ? others : target, name) });
