import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "web/static/api-docs");
const build = () => execFileSync(process.execPath, [join(root, "scripts/build-docs.mjs")]);
const files = () => readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs]);

/** The web application is built anew when its files are newer than the last build. */
test("building the files of /docs again leaves them alone", () => {
  build();
  const before = files();
  expect(before.length).toBeGreaterThan(5);
  build();
  expect(files()).toEqual(before);
});
