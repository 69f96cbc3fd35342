import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "worker/assets/docs");
const build = () => execFileSync(process.execPath, [join(root, "scripts/build-docs.mjs")]);
const files = () => readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs]);

/** A local API watches what it serves and starts anew when that changes: sends under way would be in doubt. */
test("building the files of /docs again leaves those of a running API alone", () => {
  build();
  const before = files();
  expect(before.length).toBeGreaterThan(5);
  build();
  expect(files()).toEqual(before);
});
