import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { campaignStub, portfolioStub } from "./campaign-fixture.ts";

/** A text that the system keeps, and where. */
interface Kept {
  where: string;
  text: string;
}

async function inCatalogue(tenantId: string): Promise<Kept[]> {
  const { results: tables } = await env.DB.prepare(
    "select name from sqlite_master where type = 'table' and name not like '\\_cf%' escape '\\'",
  ).all<{ name: string }>();
  const kept = tables.map(async ({ name }) => {
    const { results } = await env.DB.prepare(`select * from "${name}"`).all();
    return results
      .filter(({ tenant_id: owner = tenantId }) => owner === tenantId)
      .map((row) => ({ where: `D1 ${name}`, text: JSON.stringify(row) }));
  });
  return (await Promise.all(kept)).flat();
}

const inObject = (where: string, stub: DurableObjectStub): Promise<Kept[]> =>
  runInDurableObject(stub, (_, { storage: { sql } }) =>
    sql
      .exec<{ name: string }>(
        "select name from sqlite_master where type = 'table' and name not like '\\_cf%' escape '\\'",
      )
      .toArray()
      .flatMap(({ name }) =>
        sql
          .exec(`select * from "${name}"`)
          .toArray()
          .map((row) => ({ where: `${where} ${name}`, text: JSON.stringify(row) })),
      ),
  );

async function inFiles(tenantId: string): Promise<Kept[]> {
  const { objects } = await env.FILES.list();
  const own = objects.filter(({ key }) => key.includes(tenantId));
  const kept = own.map(async ({ key }) => {
    const bytes = await (await env.FILES.get(key))?.arrayBuffer();
    return ["utf-8", "utf-16le", "utf-16be"].map((encoding) => ({
      where: `R2 ${key}`,
      text: new TextDecoder(encoding).decode(bytes),
    }));
  });
  return (await Promise.all(kept)).flat(2);
}

/**
 * Every place in which one of these words stands: all tables of D1, of these objects, and all files, but for what is
 * another tenant's.
 */
export async function whereabouts(
  words: string[],
  { tenantId, ...objects }: { tenantId: string; campaignIds: string[]; portfolioIds: string[] },
): Promise<string[]> {
  const kept = [
    await inCatalogue(tenantId),
    ...(await Promise.all(objects.campaignIds.map((id) => inObject("campaign", campaignStub(id))))),
    ...(await Promise.all(objects.portfolioIds.map((id) => inObject("portfolio", portfolioStub(id))))),
    await inFiles(tenantId),
  ].flat();
  const found = kept.flatMap(({ where, text }) =>
    words.filter((word) => text.toLowerCase().includes(word.toLowerCase())).map((word) => `${where}: ${word}`),
  );
  return [...new Set(found)].sort();
}
