import { makeSealer } from "#adapters/crypto/seal.ts";
import type { System } from "./system.ts";

/** A message of a queue as if it had failed until it was put aside. To fail that often for real takes many minutes. */
export async function putAside({ secrets, executeSql }: System, queue: string, body: object): Promise<void> {
  const id = `dlt_${Date.now().toString(36)}`;
  const sealed = await makeSealer(secrets.CREDENTIALS_KEY).seal(JSON.stringify(body), `dead-letter:${id}`);
  await executeSql(
    `insert into dead_letters (id, queue, tenant_id, sealed_body, attempts, at)
       select '${id}', '${queue}', id, '${sealed}', 5, ${Date.now()} from tenants where name = 'first'`,
  );
}
