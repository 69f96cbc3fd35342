// Fills web/static/api-docs, from where the web application serves what the API's page at /docs needs: no CDN, works
// offline. They are no static assets of the API's own: each webhook would go through a router of these. What is there
// already is left alone, so that the web application need not be built again.
import { copyFile, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const viewer = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
const target = join(here, "../web/static/api-docs");

const files = [
  [viewer, "swagger-ui-bundle.js"],
  [viewer, "swagger-ui-bundle.js.LICENSE.txt"],
  [viewer, "swagger-ui.css"],
  [viewer, "LICENSE"],
  [viewer, "NOTICE"],
  [join(here, "docs"), "docs.js"],
  [join(here, "docs"), "docs.css"],
];

const isSame = async (a, b) => {
  const [one, other] = await Promise.all([readFile(a), readFile(b).catch(() => null)]);
  return other !== null && one.equals(other);
};

await mkdir(target, { recursive: true });
const wanted = new Set(files.map(([, name]) => name));
for (const name of await readdir(target)) if (!wanted.has(name)) await rm(join(target, name), { recursive: true });
let changed = 0;
for (const [from, name] of files) {
  if (await isSame(join(from, name), join(target, name))) continue;
  await copyFile(join(from, name), join(target, name));
  changed += 1;
}
if (changed > 0) console.log(`docs: ${changed} files in web/static/api-docs`);
