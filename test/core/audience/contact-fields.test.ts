import { describe, expect, test } from "vitest";
import { CONTACT_FIELDS, FIELD_RULES } from "#core/audience/contact-fields.ts";
import { foldName, readLayout } from "#core/imports/columns.ts";
import { NOTICE_WORDS } from "#core/imports/notices.ts";
import { REPORT_COLUMNS } from "#core/reports/report-row.ts";
import { contactField, isVariableField } from "#core/templates/variables.ts";
import { FIELD_EXAMPLES, stored } from "../../support/contact-fields.ts";
import { aContact } from "../arbitraries.ts";
import { readText } from "../imports/csv-fixture.ts";

test("the places at which campaigns under way hold fields do not change: new ones come behind", () => {
  expect(CONTACT_FIELDS.slice(0, 3)).toEqual(["document", "customerCode", "email"]);
});

test("no two fields, and nothing else that an import knows, have a column's name in common", () => {
  const names = CONTACT_FIELDS.flatMap((field) => [FIELD_RULES[field].column, ...FIELD_RULES[field].otherColumns]);
  expect(new Set(names.map(foldName)).size).toBe(names.length);
  for (const known of [
    "NomePessoa",
    "DDDTelefone",
    "NumeroTelefone",
    "OptIn",
    "OrigemOptIn",
    "DataHoraOptIn",
    "Hashtags",
  ])
    expect(names.map(foldName)).not.toContain(foldName(known));
});

describe.each(CONTACT_FIELDS)("%s", (field) => {
  const { column, otherColumns, read } = FIELD_RULES[field];
  const { written, stored: kept } = FIELD_EXAMPLES[field];

  test("is read from a column of each of its names, and best from one of its own", () => {
    for (const name of [column, ...otherColumns]) {
      const layout = readLayout(["Celular", name], null);
      expect(layout, name).toMatchObject({ ok: true, value: { fields: { [field]: 1 }, attributes: [] } });
    }
    const both = readLayout(["Celular", otherColumns[0] ?? "", column], null);
    expect(both).toMatchObject({ ok: true, value: { fields: { [field]: 2 } } });
  });

  test("is imported as it is stored, and says nothing where its cell is blank", () => {
    const { rows } = readText(`Celular;${column}\n11961234567;${written}\n11961234568;\n`);
    expect(rows).toMatchObject([
      { [field]: kept, attributes: {}, notices: [] },
      { [field]: null, attributes: {}, notices: [] },
    ]);
  });

  test("is what it was after being stored, so that our own report can be imported", () => {
    expect(read(kept)).toBe(kept);
  });

  test("fills a variable, with nothing when nobody knows it", () => {
    expect(isVariableField(field)).toBe(true);
    expect(contactField(aContact(stored), field)).toBe(kept);
    expect(contactField(aContact({ [field]: null }), field)).toBe("");
  });

  test("has one column of the report", () => {
    expect(REPORT_COLUMNS.filter((name) => name === column)).toHaveLength(1);
  });
});

test.each(CONTACT_FIELDS.filter((field) => FIELD_EXAMPLES[field].wrong !== null))(
  "a %s that can't be read does not cost the row: it is kept as an attribute, and told",
  (field) => {
    const { column, unreadable } = FIELD_RULES[field];
    const { wrong } = FIELD_EXAMPLES[field];
    const { rows } = readText(`Celular;${column}\n11961234567;${wrong}\n`);
    const notice = `${field}_unreadable` as const;
    expect(rows).toMatchObject([{ [field]: null, attributes: { [column]: wrong }, notices: [notice] }]);
    expect(NOTICE_WORDS[notice]).toBe(unreadable);
  },
);
