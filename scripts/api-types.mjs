// `npm run api-types`: writes the web's types of the API from the OpenAPI document; `--check` only compares.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled, fail, root, runUnderOwnNode } from "./lib/install.mjs";
import { writeWhole } from "./lib/write-whole.mjs";

const FILE = "web/src/lib/api/schema.d.ts";
const HEADER = "// Made from the OpenAPI document by `npm run api-types`; not to be edited.\n";

/** The types, as the Worker of this tree describes itself. */
async function apiTypes() {
  const { default: openapiTS, astToString } = await import("openapi-typescript");
  const { makeApp } = await import("../worker/http/app.ts");
  const { openApiDocument } = await import("../worker/http/kit/document.ts");
  const noRequests = () => {
    throw new Error("The document is made without a request.");
  };
  const document = openApiDocument(makeApp(noRequests));
  for (const operations of Object.values(document.paths ?? {})) {
    for (const { requestBody, responses } of Object.values(operations)) {
      // What has a default is in every answer, and may be left out of a request.
      if (requestBody) requestBody.content = withoutDefaults(requestBody.content);
      // Every failure is a Problem: written out by route and status they would be half of the file.
      for (const status of Object.keys(responses)) if (Number(status) >= 400) delete responses[status];
    }
  }
  return HEADER + astToString(await openapiTS(document, { defaultNonNullable: true }));
}

const withoutDefaults = (content) =>
  JSON.parse(JSON.stringify(content, (key, value) => (key === "default" ? undefined : value)));

await ensureInstalled();
if (!(await runUnderOwnNode(fileURLToPath(import.meta.url)))) {
  const path = join(root, FILE);
  const types = await apiTypes();
  if (!process.argv.includes("--check")) writeWhole(path, types);
  else if (readFileSync(path, "utf8") !== types)
    fail(`${FILE} is not what the OpenAPI document says: run \`npm run api-types\` and commit the file.`);
}
