import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = `${root}worker/assets/docs/`;
const build = () => execFileSync(process.execPath, [`${root}scripts/build-docs.mjs`]);
const files = () => readdirSync(folder).map((name) => [name, statSync(folder + name).mtimeMs]);

/** A local API watches what it serves and starts anew when that changes: sends under way would be in doubt. */
test("building the files of /docs again leaves those of a running API alone", () => {
  build();
  const before = files();
  expect(before.length).toBeGreaterThan(5);
  build();
  expect(files()).toEqual(before);
});
