import type { z } from "zod";

/** Small values that must outlive the process, by name. */
export class SettingsStore {
  constructor(private readonly sql: SqlStorage) {}

  read<Schema extends z.ZodType>(name: string, schema: Schema, fallback: z.output<Schema>): z.output<Schema> {
    const [row] = this.sql.exec<{ value: string }>("select value from settings where name = ?", name).toArray();
    return row ? schema.parse(JSON.parse(row.value)) : fallback;
  }

  write(name: string, value: unknown): void {
    this.sql.exec("insert or replace into settings (name, value) values (?, ?)", name, JSON.stringify(value));
  }

  remove(name: string): void {
    this.sql.exec("delete from settings where name = ?", name);
  }
}
