import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { anAudience, aTenant } from "../../support/builders.ts";
import { anUpload, runImport } from "../../support/imports.ts";

const PEOPLE = 200;
const FILE = [
  "Nome;Telefone;CpfCnpj;OptIn;DataHoraOptIn;Cidade",
  ...Array.from({ length: PEOPLE }, (_, nth) => `Ana;1196123${4000 + nth};;Sim;01/03/2026;Recife`),
].join("\n");

/** Rows that D1 bills while `work` runs. */
async function rowsWritten(work: () => Promise<unknown>): Promise<number> {
  const database = env.DB;
  let written = 0;
  env.DB = new Proxy(database, {
    get(target, name) {
      if (name !== "batch") return Reflect.get(target, name).bind(target);
      return async (statements: D1PreparedStatement[]) => {
        const results = await target.batch(statements);
        for (const { meta } of results) written += meta.rows_written;
        return results;
      };
    },
  });
  await work().finally(() => {
    env.DB = database;
  });
  return written;
}

test("a plain import writes eight rows for somebody new and two for somebody known, as D1 bills them", async () => {
  const t = await aTenant();
  const audienceId = (await anAudience(t)).id;
  const costOf = async (file: string) => {
    const { id } = await anUpload(t, audienceId, file);
    return Math.round((await rowsWritten(() => runImport(t, id))) / PEOPLE);
  };
  expect({ anew: await costOf(FILE), known: await costOf(FILE) }).toEqual({ anew: 8, known: 2 });
});
