// Fills worker/assets/docs, from where the API Worker's static assets serve what /docs needs: no CDN, works offline.
import { copyFile, mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const viewer = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
const target = join(here, "../worker/assets/docs");

const files = [
  [viewer, "swagger-ui-bundle.js"],
  [viewer, "swagger-ui-bundle.js.LICENSE.txt"],
  [viewer, "swagger-ui.css"],
  [viewer, "LICENSE"],
  [viewer, "NOTICE"],
  [join(here, "docs"), "docs.js"],
  [join(here, "docs"), "docs.css"],
];

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
for (const [from, name] of files) await copyFile(join(from, name), join(target, name));
console.log(`docs: ${files.length} files in worker/assets/docs`);
