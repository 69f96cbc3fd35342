/**
 * Brings an object's own tables up to date: append-only steps, each run once. `PRAGMA user_version` is refused in
 * Durable Objects, hence a table.
 */
export function migrate(storage: DurableObjectStorage, steps: readonly string[]): void {
  const { sql } = storage;
  storage.transactionSync(() => {
    sql.exec("create table if not exists schema_steps (step integer primary key)");
    const done = sql.exec<{ n: number }>("select count(*) as n from schema_steps").one().n;
    steps.slice(done).forEach((step, i) => {
      sql.exec(step);
      sql.exec("insert into schema_steps (step) values (?)", done + i + 1);
    });
  });
}
