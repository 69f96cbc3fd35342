import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { z } from "zod";
import { TAGS } from "#http/kit/document.ts";
import { PROBLEMS } from "#http/kit/problems.ts";
import { request } from "../../support/builders.ts";

/** The web application, as the Worker of the tests is told: it serves the viewer's files. */
const WEB = new URL(env.WEB_URL).origin;

const operation = z.looseObject({
  tags: z.array(z.string()),
  summary: z.string().min(1),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })).optional(),
  responses: z.record(z.string(), z.unknown()),
});
const document = z.looseObject({
  openapi: z.string(),
  tags: z.array(z.object({ name: z.string(), description: z.string().min(1) })),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ securitySchemes: z.record(z.string(), z.unknown()) }),
});
const read = async () => document.parse(await (await request("GET", "/v1/openapi.json")).json());
const operations = async () =>
  Object.entries((await read()).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, details]) => ({ name: `${method} ${path}`, path, method, ...details })),
  );

test("the document is OpenAPI 3.1 and open to everyone", async () => {
  const response = await request("GET", "/v1/openapi.json");
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Type")).toContain("application/json");
  const doc = document.parse(await response.json());
  expect(doc.openapi).toBe("3.1.0");
  expect(doc.components.securitySchemes).toMatchObject({ apiKey: { type: "http", scheme: "bearer" } });
});

test("every reference in the document leads somewhere", async () => {
  const text = await (await request("GET", "/v1/openapi.json")).text();
  const doc: unknown = JSON.parse(text);
  const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? "");
  expect(references.length).toBeGreaterThan(0);
  const follow = (at: unknown, step: string) =>
    typeof at === "object" && at !== null ? Reflect.get(at, step) : undefined;
  const missing = references.filter((path) => path.split("/").reduce(follow, doc) === undefined);
  expect(missing).toEqual([]);
});

test("every operation has a described tag and a summary of its own, and says what credentials it takes", async () => {
  const all = await operations();
  expect(all.filter(({ tags }) => !tags.every((tag) => tag in TAGS)).map(({ name }) => name)).toEqual([]);
  expect(all.filter(({ path, security }) => path.startsWith("/v1/") && !security).map(({ name }) => name)).toEqual([]);
  const summaries = all.map(({ tags, summary }) => `${tags[0]}: ${summary}`);
  expect(new Set(summaries).size).toBe(summaries.length);
});

test("no tag is described that nothing bears", async () => {
  const used = new Set((await operations()).flatMap(({ tags }) => tags));
  expect(Object.keys(TAGS).filter((tag) => !used.has(tag))).toEqual([]);
});

test("every POST that creates says that it takes an Idempotency-Key", async () => {
  const exceptions = [
    // Its body is streamed, so it can't be compared; a row that comes twice is one contact all the same.
    "post /v1/audiences/{id}/imports",
    // Good for one use within a minute: a second one does no harm.
    "post /v1/campaigns/{id}/live-tickets",
  ];
  const creating = (await operations()).filter(
    ({ name, method, responses }) =>
      method === "post" && ("201" in responses || "202" in responses) && !exceptions.includes(name),
  );
  expect(creating.length).toBeGreaterThan(0);
  const silent = creating.filter(({ parameters }) => !parameters?.some(({ name }) => name === "Idempotency-Key"));
  expect(silent.map(({ name }) => name)).toEqual([]);
});

test("the page lists every problem code at the anchor that problems point to", async () => {
  const page = await (await request("GET", "/docs")).text();
  for (const [code, { title }] of Object.entries(PROBLEMS)) {
    expect(page).toContain(`<tr id="${code}">`);
    expect(page).toContain(title.replaceAll("'", "&#39;"));
  }
});

test("the page runs nothing that is not a file of ours", async () => {
  const response = await request("GET", "/docs");
  const policy = response.headers.get("Content-Security-Policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`script-src ${WEB}/api-docs/;`);
  expect(policy).not.toContain("unsafe");
  const page = await response.text();
  expect([...page.matchAll(/<script[^>]*>/g)].map(([tag]) => tag)).not.toHaveLength(0);
  for (const [, body] of page.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)) expect(body).toBe("");
  const loaded = [...page.matchAll(/<(?:script|link)[^>]* (?:src|href)="([^"]+)"/g)].map(([, address]) => address);
  expect(loaded.filter((address) => !address?.startsWith(`${WEB}/api-docs/`))).toEqual(["data:,"]);
  expect(page).not.toMatch(/\son[a-z]+=|style="/);
});
