import { env } from "cloudflare:workers";
import { and, asc, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import * as schema from "#adapters/d1/schema/index.ts";
import { CHECK_KEPT_MS } from "#core/imports/check.ts";
import { type Deps, makeDeps, type TenantStore } from "#deps.ts";
import { cancelImport, forgetUnused, startImport } from "#services/imports/control-import.ts";
import { requeueStalled, runImportSlice } from "#services/imports/import-job.ts";
import { aContact, anAudience, aSegment, aTenant, orm, type TestTenant } from "../../support/builders.ts";
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

const phone = (nth: number) => `+551196123${4000 + nth}`;
const people = (...nths: number[]) => nths.map((nth) => `Ana ${nth};${phone(nth)}`);
const csv = (...lines: string[]) => ["Nome;Telefone", ...lines, ""].join("\n");
const PLAIN = {
  mode: "add",
  onlyThisSegment: false,
  clearMarks: false,
  legalBasis: null,
  legalBasisReason: null,
} as const;
type Upload = NonNullable<Parameters<typeof anUpload>[3]>;

async function anEmptyAudience(): Promise<{ t: TestTenant; audienceId: string; segmentId: string }> {
  const t = await aTenant();
  const audience = await anAudience(t);
  return { t, audienceId: audience.id, segmentId: audience.segmentId };
}

const message = (t: TestTenant, importId: string) => ({ kind: "import", tenantId: t.tenantId, importId }) as const;
const quiet = (): Deps => ({ ...makeDeps(env), queues: aJobsQueue().queues });
const jobOf = async (t: TestTenant, id: string) =>
  (await makeDeps(env).store(t.tenantId).imports.get(id)) ?? expect.fail("the import is gone");
const caller = (t: TestTenant) => ({
  principal: { kind: "apiKey" as const, id: "key_1", tenantId: t.tenantId, name: "Key", scopes: ["*"] },
  requestId: "req_1",
});

/** The phones of an audience's members, and what its count says of them. */
async function membersOf(t: TestTenant, audienceId: string): Promise<{ phones: string[]; counted: number }> {
  const rows = await orm
    .select({ phone: schema.contacts.phone })
    .from(schema.audienceMembers)
    .innerJoin(schema.contacts, eq(schema.contacts.id, schema.audienceMembers.contactId))
    .where(and(eq(schema.audienceMembers.tenantId, t.tenantId), eq(schema.audienceMembers.audienceId, audienceId)))
    .orderBy(asc(schema.contacts.phone));
  const audience = await makeDeps(env).store(t.tenantId).audiences.get(audienceId);
  return { phones: rows.map((row) => row.phone ?? ""), counted: audience?.contactCount ?? -1 };
}
const exactly = (...nths: number[]) => ({ phones: nths.map(phone).toSorted(), counted: nths.length });

async function imported(t: TestTenant, audienceId: string, file: string, choices: Upload, pace = SMALL_STEPS) {
  const { id } = await anUpload(t, audienceId, file, choices);
  return runImport(t, id, { pace });
}

/** A tenant's stores, some methods of its imports others. */
function withImports(deps: Deps, t: TestTenant, others: Partial<TenantStore["imports"]>): Deps {
  const store = deps.store(t.tenantId);
  const imports = { ...store.imports, ...others };
  return {
    ...deps,
    store: () =>
      new Proxy(store, { get: (target, name) => (name === "imports" ? imports : Reflect.get(target, name)) }),
  };
}

describe("a file that replaces an audience", () => {
  const replaces = { mode: "replace" } as const;

  test.each([undefined, SMALL_STEPS])(
    "is all who is in it afterwards, those whom it names twice too (%#)",
    async (pace) => {
      const { t, audienceId } = await anEmptyAudience();
      await importFile(t, audienceId, csv(...people(1, 2, 3, 4, 5)));
      await aContact(t, { audienceId, phone: phone(90) });
      const job = await imported(t, audienceId, csv(...people(2, 7, 2, 8, 4, 7), "Ruim;x"), replaces, pace);
      expect(job).toMatchObject({
        status: "completed",
        totalRows: 7,
        importedRows: 2,
        updatedRows: 4,
        removedContacts: 4,
      });
      expect(await membersOf(t, audienceId)).toEqual(exactly(2, 4, 7, 8));
      expect(await contactsOf(t)).toHaveLength(8);
    },
  );

  test("keeps whom another import into another audience wrote meanwhile", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const other = (await anAudience(t)).id;
    await importFile(t, audienceId, csv(...people(1, 2)));
    const { id } = await anUpload(t, audienceId, csv(...people(2, 3, 4, 5, 6, 7)), replaces);
    await runImportSlice(quiet(), message(t, id), SMALL_STEPS);
    await importFile(t, other, csv(...people(2, 3, 4)));
    await runImport(t, id, { pace: SMALL_STEPS });
    expect(await membersOf(t, audienceId)).toEqual(exactly(2, 3, 4, 5, 6, 7));
    expect(await membersOf(t, other)).toEqual(exactly(2, 3, 4));
  });

  test.each(["replace", "add"] as const)(
    "takes turns with one that would %s, and the later of the two has its way",
    async (mode) => {
      const { t, audienceId } = await anEmptyAudience();
      await importFile(t, audienceId, csv(...people(1)));
      const first = await anUpload(t, audienceId, csv(...people(2, 3, 4, 5)), replaces);
      const second = await anUpload(t, audienceId, csv(...people(5, 6, 7, 8)), { mode, createdAt: 0 });
      await runImportSlice(quiet(), message(t, first.id), SMALL_STEPS);
      const { sent, queues } = aJobsQueue();
      const deps = { ...makeDeps(env), queues };
      await runImportSlice(deps, message(t, second.id), SMALL_STEPS);
      expect(await jobOf(t, second.id)).toMatchObject({ status: "queued", recoveryAttempts: 0 });
      // Nobody gives it up for that, and nobody is called in vain.
      expect(sent).toEqual([]);
      while ((await jobOf(t, first.id)).status !== "completed")
        await runImportSlice(deps, message(t, first.id), SMALL_STEPS);
      expect(sent.at(-1)).toEqual(message(t, second.id));
      await runImport(t, second.id, { pace: SMALL_STEPS });
      expect(await membersOf(t, audienceId)).toEqual(
        mode === "replace" ? exactly(5, 6, 7, 8) : exactly(2, 3, 4, 5, 6, 7, 8),
      );
    },
  );

  test("removes nobody when it is cancelled half way, and says what it has stored", async () => {
    const { t, audienceId } = await anEmptyAudience();
    await importFile(t, audienceId, csv(...people(1, 2)));
    const { id } = await anUpload(t, audienceId, csv(...people(2, 3, 4, 5, 6, 7)), replaces);
    await runImportSlice(quiet(), message(t, id), SMALL_STEPS);
    expect((await cancelImport(quiet(), caller(t), id)).ok).toBe(true);
    const job = await runImport(t, id, { pace: SMALL_STEPS });
    expect(job).toMatchObject({
      status: "cancelled",
      totalRows: 3,
      importedRows: 2,
      updatedRows: 1,
      removedContacts: 0,
    });
    expect(await membersOf(t, audienceId)).toEqual(exactly(1, 2, 3, 4));
  });

  test("removes nobody when its file breaks off or names nobody", async () => {
    const { t, audienceId } = await anEmptyAudience();
    await importFile(t, audienceId, csv(...people(1, 2)));
    const endless = `${csv(...people(2, 3, 4))}${"x".repeat(400)}`;
    expect(await imported(t, audienceId, endless, replaces)).toMatchObject({
      status: "failed",
      error: "line_too_long",
    });
    expect(await membersOf(t, audienceId)).toEqual(exactly(1, 2, 3, 4));
    for (const file of [csv(), csv("Ruim;x")])
      expect(await imported(t, audienceId, file, replaces)).toMatchObject({
        status: "failed",
        error: "nobody_to_keep",
      });
    expect(await membersOf(t, audienceId)).toEqual(exactly(1, 2, 3, 4));
  });

  test("goes on removing after each crash and side by side, counts each once, and is not to be stopped any more", async () => {
    const { t, audienceId } = await anEmptyAudience();
    await importFile(t, audienceId, csv(...people(1, 2, 3, 4, 5, 6, 7, 8, 9)));
    const { id } = await anUpload(t, audienceId, csv(...people(3, 8, 20)), { ...replaces, createdAt: 0 });
    while ((await jobOf(t, id)).pass !== "removal") await runImportSlice(quiet(), message(t, id), SMALL_STEPS);
    expect(await cancelImport(quiet(), caller(t), id)).toEqual({ ok: false, error: "not_cancellable" });
    const broken = withImports(quiet(), t, {
      commitRemoval: async () => {
        throw new Error("cut");
      },
    });
    for (let step = 0; step < 2; step += 1) {
      await expect(runImportSlice(broken, message(t, id), SMALL_STEPS)).rejects.toThrow("cut");
      await Promise.all([1, 2].map(() => runImportSlice(quiet(), message(t, id), SMALL_STEPS)));
    }
    // It is not given up either.
    await orm.update(schema.imports).set({ movedAt: 0, recoveryAttempts: 99 }).where(eq(schema.imports.id, id));
    const { sent, queues } = aJobsQueue();
    await requeueStalled({ ...makeDeps(env), queues }, Date.now());
    expect(sent).toContainEqual(message(t, id));
    expect(await runImport(t, id, { pace: SMALL_STEPS })).toMatchObject({ status: "completed", removedContacts: 7 });
    expect(await membersOf(t, audienceId)).toEqual(exactly(3, 8, 20));
  });
});

describe("a file whose people leave", () => {
  test("takes them out of the audience, known or not, and changes nothing else of them", async () => {
    const { t, audienceId } = await anEmptyAudience();
    await importFile(t, audienceId, csv(...people(1, 2, 3)));
    const before = (await rowsOf(t)).contacts;
    const file = ["Nome;Telefone;OptIn", `Outra;${phone(2)};Não`, `Nova;${phone(9)};Sim`, `Ana;${phone(2)};`, ""].join(
      "\n",
    );
    for (const pace of [SMALL_STEPS, { ...SMALL_STEPS, stepRecords: 1 }]) {
      const job = await imported(t, audienceId, file, { mode: "remove" }, pace);
      expect(job).toMatchObject({ status: "completed", totalRows: 3, importedRows: 0, updatedRows: 3 });
      expect(await membersOf(t, audienceId)).toEqual(exactly(1, 3));
    }
    expect((await rowsOf(t)).contacts).toEqual(before);
    expect(await consentOf(t, (await contactBy(t, phone(2))).id)).toEqual([]);
  });

  test("counts each of them once, also when a step is delivered twice", async () => {
    const { t, audienceId } = await anEmptyAudience();
    await importFile(t, audienceId, csv(...people(1, 2, 3)));
    const { id } = await anUpload(t, audienceId, csv(...people(1, 1, 2)), { mode: "remove" });
    await Promise.all([1, 2].map(() => runImport(t, id, { pace: SMALL_STEPS })));
    expect(await jobOf(t, id)).toMatchObject({ removedContacts: 2, updatedRows: 3 });
    expect(await membersOf(t, audienceId)).toEqual(exactly(3));
  });
});

describe("a file whose people are to be in this segment alone", () => {
  test("takes them out of audiences of other segments, in the end, and nobody else", async () => {
    const { t, audienceId, segmentId } = await anEmptyAudience();
    const same = (await anAudience(t, { segmentId })).id;
    const others = [await anAudience(t, { segmentId: (await aSegment(t)).id }), await anAudience(t)].map(
      ({ id }) => id,
    );
    for (const id of [audienceId, same, ...others]) await importFile(t, id, csv(...people(1, 2, 3, 4)));
    const { id } = await anUpload(t, audienceId, csv(...people(2, 4, 4, 9)), { onlyThisSegment: true });
    await runImportSlice(quiet(), message(t, id), SMALL_STEPS);
    for (const other of others) expect(await membersOf(t, other)).toEqual(exactly(1, 2, 3, 4));
    const job = await runImport(t, id, { pace: SMALL_STEPS });
    expect(job).toMatchObject({ status: "completed", movedContacts: 2, removedContacts: 0 });
    for (const other of others) expect(await membersOf(t, other)).toEqual(exactly(1, 3));
    for (const kept of [audienceId, same]) expect((await membersOf(t, kept)).phones).toContain(phone(2));
    expect(await membersOf(t, audienceId)).toEqual(exactly(1, 2, 3, 4, 9));
  });
});

describe("a file that clears marks", () => {
  const marked = (...lines: string[]) => ["Telefone;Hashtags;Cidade;Valor", ...lines, ""].join("\n");

  test.each([1, 2, 3])(
    "forgets what was there before, and nothing that it brings itself (%i rows a step)",
    async (stepRecords) => {
      const { t, audienceId } = await anEmptyAudience();
      await importFile(t, audienceId, marked(`${phone(1)};velho;Recife;10`, `${phone(2)};velho;Olinda;20`));
      const file = marked(`${phone(1)};novo;;`, `${phone(3)};novo;;`, `${phone(1)};caro;Natal;`);
      await imported(t, audienceId, file, { clearMarks: true }, { ...SMALL_STEPS, stepRecords });
      expect(await contactBy(t, phone(1))).toMatchObject({
        hashtags: ["novo", "caro"],
        attributes: { Cidade: "Natal" },
      });
      expect(await contactBy(t, phone(2))).toMatchObject({ hashtags: ["velho"] });
    },
  );

  test("also of somebody whom another import writes between its two rows", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const file = marked(`${phone(1)};um;;`, `${phone(5)};x;;`, `${phone(6)};x;;`, `${phone(1)};dois;;`);
    const { id } = await anUpload(t, audienceId, file, { clearMarks: true });
    await runImportSlice(quiet(), message(t, id), SMALL_STEPS);
    await importFile(t, (await anAudience(t)).id, marked(`${phone(1)};outro;;`));
    await runImport(t, id, { pace: SMALL_STEPS });
    expect((await contactBy(t, phone(1))).hashtags).toEqual(["um", "outro", "dois"]);
  });
});

describe("the legal basis", () => {
  test("of an import is its people's, until another one is named", async () => {
    const { t, audienceId } = await anEmptyAudience();
    await imported(t, audienceId, csv(...people(1, 2)), { legalBasis: "contract" });
    await importFile(t, audienceId, csv(...people(1, 3)));
    await imported(t, audienceId, csv(...people(2)), { legalBasis: "unknown", legalBasisReason: "base comprada" });
    expect((await contactsOf(t)).map((contact) => contact.legalBasis)).toEqual(["contract", "unknown", null]);
  });
});

describe("a check", () => {
  const FILE = csv(...people(1, 2, 3), "Ruim;x", ...people(1, 7), ";");

  test.each([undefined, SMALL_STEPS])("counts what the file would do and stores none of it (%#)", async (pace) => {
    const { t, audienceId } = await anEmptyAudience();
    await importFile(t, audienceId, csv(...people(1)));
    await importFile(t, (await anAudience(t)).id, csv(...people(2)));
    const before = await rowsOf(t);
    const { id } = await anUpload(t, audienceId, FILE, { pass: "check" });
    const [job] = await Promise.all([1, 2].map(() => runImport(t, id, pace ? { pace } : {})));
    expect(job).toMatchObject({ status: "checked", totalRows: 0, completedAt: null });
    expect((await jobOf(t, id)).check).toMatchObject({
      ...{ totalRows: 6, newRows: 2, knownRows: 3, memberRows: 2, rejectedRows: 1, otherChannelRows: 0 },
      rejections: { phone_not_a_number: { count: 1, lines: [5] } },
    });
    const after = await rowsOf(t);
    for (const table of ["audiences", "audience_members", "contacts", "consent_events", "alerts"])
      expect(after[table]).toEqual(before[table]);
    expect(await rejectsOf(t, id)).toContain("Ruim;x;5;");
  });

  test("is imported once it is started, once, with one file of rejects", async () => {
    const { t, audienceId } = await anEmptyAudience();
    await importFile(t, audienceId, csv(...people(80)));
    const { id } = await anUpload(t, audienceId, FILE, { pass: "check" });
    const early = await startImport(quiet(), caller(t), id, PLAIN);
    expect(early).toEqual({ ok: false, error: "not_checked" });
    await runImport(t, id, { pace: { ...SMALL_STEPS, stepRecords: 2 } });
    const choices = { ...PLAIN, mode: "replace", legalBasis: "consent" } as const;
    const started = await Promise.all([1, 2].map(() => startImport(quiet(), caller(t), id, choices)));
    expect(started.map(({ ok }) => ok).toSorted()).toEqual([false, true]);
    const job = await runImport(t, id, { pace: SMALL_STEPS });
    expect(job).toMatchObject({ status: "completed", totalRows: 6, importedRows: 4, updatedRows: 1, rejectedRows: 1 });
    expect(await membersOf(t, audienceId)).toEqual(exactly(1, 2, 3, 7));
    expect((await rejectsOf(t, id)).trimEnd().split("\r\n")).toHaveLength(2);
    expect((await contactBy(t, phone(1))).legalBasis).toBe("consent");
    expect((await env.FILES.list({ prefix: `${t.tenantId}/imports/${id}/check/` })).objects).toEqual([]);
  });

  test("that broke off goes on where it stood", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const { id } = await anUpload(t, audienceId, FILE, { pass: "check" });
    const broken = withImports(quiet(), t, {
      commitCheck: async () => {
        throw new Error("cut");
      },
    });
    for (let step = 0; step < 2; step += 1) {
      await expect(runImportSlice(broken, message(t, id), SMALL_STEPS)).rejects.toThrow("cut");
      await runImportSlice(quiet(), message(t, id), SMALL_STEPS);
    }
    await runImport(t, id, { pace: SMALL_STEPS });
    expect((await jobOf(t, id)).check).toMatchObject({ totalRows: 6, newRows: 5, rejectedRows: 1 });
  });

  test("that nobody starts is forgotten with its files after seven days, and not before", async () => {
    const { t, audienceId } = await anEmptyAudience();
    const checked = await anUpload(t, audienceId, FILE, { pass: "check" });
    await runImport(t, checked.id);
    const cancelled = await anUpload(t, audienceId, FILE, { pass: "check" });
    await cancelImport(quiet(), caller(t), cancelled.id);
    const started = await anUpload(t, audienceId, FILE, { pass: "check" });
    await runImport(t, started.id);
    await startImport(quiet(), caller(t), started.id, PLAIN);
    await runImport(t, started.id);
    const filesOf = async () =>
      (await env.FILES.list({ prefix: `${t.tenantId}/imports/` })).objects.map(({ key }) => key);
    const importsOf = async () =>
      (await orm.select().from(schema.imports).where(eq(schema.imports.tenantId, t.tenantId))).map(({ id }) => id);
    const forgetAt = (later: number) => forgetUnused({ ...makeDeps(env), now: () => Date.now() + later });
    await forgetAt(CHECK_KEPT_MS - 60_000);
    expect(await importsOf()).toHaveLength(3);
    await forgetAt(CHECK_KEPT_MS + 60_000);
    expect(await importsOf()).toEqual([started.id]);
    expect((await filesOf()).every((key) => key.includes(started.id))).toBe(true);
    expect(await filesOf()).toContain(started.fileKey);
  });
});

describe("a tenant that takes only so many rejects", () => {
  async function strict(maxRejectedPercent: number) {
    const { t, audienceId } = await anEmptyAudience();
    await orm.update(schema.tenants).set({ settings: { maxRejectedPercent } }).where(eq(schema.tenants.id, t.tenantId));
    return { t, audienceId };
  }
  const FILE = csv(...people(1, 2, 3), "Ruim;x");

  test("has a file with more of them end with nothing stored, one alert and its rejects", async () => {
    const { t, audienceId } = await strict(24);
    const job = await imported(t, audienceId, FILE, { pass: "trial" });
    expect(job).toMatchObject({
      status: "failed",
      error: "too_many_rejects",
      totalRows: 0,
      completedAt: expect.any(Number),
    });
    expect(await contactsOf(t)).toEqual([]);
    expect((await rowsOf(t)).alerts).toMatchObject([{ kind: "import_failed", subject: job.id }]);
    expect(await rejectsOf(t, job.id)).toContain("Ruim;x;5;");
  });

  test("has one with no more of them imported without another word", async () => {
    const { t, audienceId } = await strict(25);
    const job = await imported(t, audienceId, FILE, { pass: "trial", mode: "replace" });
    expect(job).toMatchObject({ status: "completed", totalRows: 4, importedRows: 3, rejectedRows: 1 });
    expect(await membersOf(t, audienceId)).toEqual(exactly(1, 2, 3));
  });

  test("has a checked one not started", async () => {
    const { t, audienceId } = await strict(0);
    const { id } = await anUpload(t, audienceId, FILE, { pass: "check" });
    expect((await runImport(t, id)).status).toBe("checked");
    expect(await startImport(quiet(), caller(t), id, PLAIN)).toEqual({ ok: false, error: "too_many_rejects" });
    expect((await jobOf(t, id)).status).toBe("checked");
  });
});

test("a cancelled import stops within a step, whatever messages are still on their way", async () => {
  const { t, audienceId } = await anEmptyAudience();
  const { id } = await anUpload(t, audienceId, csv(...people(1, 2, 3, 4, 5, 6)));
  const store = makeDeps(env).store(t.tenantId);
  // The step has been read when the person cancels, and has yet to be stored.
  const raced = withImports(quiet(), t, {
    commit: async (step) => {
      await cancelImport(quiet(), caller(t), id);
      return store.imports.commit(step);
    },
  });
  await runImportSlice(quiet(), message(t, id), SMALL_STEPS);
  await runImportSlice(raced, message(t, id), SMALL_STEPS);
  expect(await jobOf(t, id)).toMatchObject({
    status: "cancelled",
    totalRows: 3,
    importedRows: 3,
    completedAt: expect.any(Number),
  });
  expect(await membersOf(t, audienceId)).toEqual(exactly(1, 2, 3));
  expect(await cancelImport(quiet(), caller(t), id)).toEqual({ ok: false, error: "not_cancellable" });
});
