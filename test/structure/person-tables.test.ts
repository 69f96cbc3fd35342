import { getTableColumns, getTableName, is } from "drizzle-orm";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import { expect, test } from "vitest";
import { ID_ONLY_TABLES, PERSON_TABLES } from "#adapters/d1/audience/person-tables.ts";
import * as schema from "#adapters/d1/schema/index.ts";

/** Columns that name a person, whatever the table. */
const NAMES_A_PERSON = /^(?:contact_id|(?:\w+_)?phone|document)$/;

test("every table that names a person says how the person is erased from it", () => {
  const tables = Object.values(schema).filter((value) => is(value, SQLiteTable));
  const naming = tables
    .filter((table) => Object.values(getTableColumns(table)).some(({ name }) => NAMES_A_PERSON.test(name)))
    .map(getTableName);
  expect(naming).toContain("contacts");
  const known = [...PERSON_TABLES.map(({ table }) => table), ...ID_ONLY_TABLES];
  expect(naming.filter((name) => !known.includes(name))).toEqual([]);
});
