import { expect } from "vitest";
import { anApiKey, callWith, request } from "./builders.ts";
import { expectProblem } from "./expect-problem.ts";
import type { Operation } from "./operations.ts";
import { type Ids, type PopulatedTenant, rowsOf } from "./populated-tenant.ts";
import { ENDS_ANY_SESSION, EXAMPLES, LISTS, OPEN, PATH_IDS } from "./tenant-examples.ts";

/** What every route owes every tenant, checked route by route. */

const example = (op: Operation) => EXAMPLES[op.name] ?? {};
const unknown = (op: Operation, what: string): Error =>
  new Error(`${op.name}: the tenant suite does not know ${what}; add it to test/support/tenant-examples.ts.`);

/** The places of a path that hold an id, as in `[["/v1/segments/{id}", "segmentId"]]`. */
function placesOf(op: Operation): [place: string, kind: keyof Ids][] {
  return [...op.path.matchAll(/\{[^}]+\}/g)].map((match) => {
    const place = op.path.slice(0, match.index + match[0].length);
    const kind = PATH_IDS[place];
    if (!kind) throw unknown(op, `whose id stands at ${place}`);
    return [place, kind];
  });
}

/** The path with the tenant's own ids, but for `changed`, which gets another value at its place. */
function pathFor(op: Operation, own: PopulatedTenant, changed?: { place: string; value: string }): string {
  return placesOf(op).reduceRight((path, [place, kind]) => {
    const value = changed?.place === place ? changed.value : own.ids[kind];
    const start = place.lastIndexOf("{");
    return path.slice(0, start) + encodeURIComponent(value) + path.slice(place.length);
  }, op.path);
}

function bodiesFor(op: Operation, own: PopulatedTenant): unknown[] {
  const { bodies } = example(op);
  if (op.takesBody && !bodies) throw unknown(op, "a valid body");
  return bodies ? bodies.map((body) => body(own)) : [undefined];
}

const headersFor = (op: Operation): Record<string, string> => {
  const { contentType } = example(op);
  return contentType ? { "Content-Type": contentType } : {};
};

/** Text is what a leak would be in, whatever the content type; 204 and the like have none. */
async function expectNoTraceOf(other: PopulatedTenant, response: Response): Promise<void> {
  const text = await response.clone().text();
  for (const trace of [other.marker, other.tenantId, ...Object.values(other.ids)]) expect(text).not.toContain(trace);
}

export async function expectClosedToStrangers(op: Operation, someone: PopulatedTenant): Promise<void> {
  if (!op.needsCredentials) {
    if (!OPEN.includes(op.name)) throw unknown(op, "that it is meant to be open to everyone");
    return;
  }
  const [body] = bodiesFor(op, someone);
  const call = (headers: Record<string, string>) =>
    request(op.method, pathFor(op, someone), body, { ...headersFor(op), ...headers });
  await expectProblem(await call({}), 401, "unauthenticated");
  if (ENDS_ANY_SESSION.includes(op.name)) return;
  for (const token of ["wak_nobody", "a.b", "' or 1=1"]) {
    await expectProblem(await call({ Authorization: `Bearer ${token}` }), 401, "unauthenticated");
  }
}

export async function expectScopeNeeded(op: Operation, someone: PopulatedTenant): Promise<void> {
  const powerless = callWith((await anApiKey(someone, { scopes: [] })).key);
  const [body] = bodiesFor(op, someone);
  await expectProblem(await powerless(op.method, pathFor(op, someone), body, headersFor(op)), 403, "forbidden");
}

/** Shows that the example is a good request, so that the refusals of the other checks mean what they should. */
export async function expectWorksForOwner(op: Operation, own: PopulatedTenant, other: PopulatedTenant): Promise<void> {
  for (const body of bodiesFor(op, own)) {
    const response = await own.call(op.method, pathFor(op, own), body, headersFor(op));
    const right = response.ok || (example(op).alsoAnswers ?? []).includes(response.status);
    if (!right) throw new Error(`${op.name} answered its example ${response.status}: ${await response.text()}`);
    await expectNoTraceOf(other, response);
    if (op.method === "GET") await expectOwnRows(op, own, response);
  }
}

async function expectOwnRows(op: Operation, own: PopulatedTenant, response: Response): Promise<void> {
  const text = await response.clone().text();
  if (!text.includes('"nextCursor"') || op.path.includes("{")) return;
  const kind = LISTS[op.name];
  if (!kind) throw unknown(op, "which row of the tenant must be in this list");
  expect(text).toContain(own.ids[kind]);
}

/** Another tenant's id in the path is an id that does not exist; nothing happens to either tenant. */
export async function expectForeignPathIdsNotFound(op: Operation, own: PopulatedTenant, other: PopulatedTenant) {
  const before = await rowsOf(own, other);
  for (const [place, kind] of placesOf(op)) {
    for (const body of bodiesFor(op, own)) {
      const path = pathFor(op, own, { place, value: other.ids[kind] });
      const response = await own.call(op.method, path, body, headersFor(op));
      await expectProblem(response, 404, "not_found");
      await expectNoTraceOf(other, response);
    }
  }
  expect(await rowsOf(own, other)).toEqual(before);
}

/** Another tenant's id in a body is refused, and nothing is written. */
export async function expectForeignBodyIdsRefused(op: Operation, own: PopulatedTenant, other: PopulatedTenant) {
  const before = await rowsOf(own, other);
  for (const body of bodiesFor(op, own)) {
    const text = JSON.stringify(body) ?? "";
    for (const [kind, id] of Object.entries(own.ids)) {
      if (!text.includes(id)) continue;
      const foreign: unknown = JSON.parse(text.replaceAll(id, other.ids[kind as keyof Ids]));
      const response = await own.call(op.method, pathFor(op, own), foreign, headersFor(op));
      if (![400, 404, 422].includes(response.status)) {
        throw new Error(`${op.name} answered ${response.status} to another tenant's ${kind}: ${await response.text()}`);
      }
      await expectNoTraceOf(other, response);
    }
  }
  expect(await rowsOf(own, other)).toEqual(before);
}

/** Another tenant's id as a filter or cursor finds nothing of theirs. */
export async function expectForeignFiltersFindNothing(op: Operation, own: PopulatedTenant, other: PopulatedTenant) {
  for (const { name } of op.parameters.filter((parameter) => parameter.in === "query")) {
    for (const value of foreignValues(op, name, other)) {
      const response = await own.call("GET", `${pathFor(op, own)}?${name}=${encodeURIComponent(value)}`);
      if (response.status >= 400) await expectProblem(response, response.status, await codeOf(response));
      expect(response.status).not.toBe(403);
      expect(response.status).toBeLessThan(500);
      await expectNoTraceOf(other, response);
    }
  }
}

function foreignValues(op: Operation, name: string, other: PopulatedTenant): string[] {
  if (name in other.ids) return [other.ids[name as keyof Ids]];
  if (name.endsWith("Id")) throw unknown(op, `whose id ?${name}= takes`);
  if (name === "cursor") return [...Object.values(other.ids), "zzz"];
  return [other.marker];
}

async function codeOf(response: Response): Promise<string> {
  const body: unknown = await response.clone().json();
  return typeof body === "object" && body !== null && "code" in body ? String(body.code) : "";
}

const HOSTILE_TEXT = [
  "",
  " ",
  "x".repeat(10_000),
  "'; drop table contacts; --",
  '" or 1=1 /*',
  "%' union select hash from api_keys --",
  "../../etc/passwd",
  "%00",
  "\u0000",
  "🧨\u202e\ud800ação",
  "__proto__",
  "null",
  "[object Object]",
];
const HOSTILE_VALUES = [
  "",
  "x".repeat(10_000),
  "'; drop table contacts; --",
  "\u0000",
  "🧨\ud800",
  null,
  -1,
  1e308,
  [],
  {},
];

/** Nothing that anybody may send is a failure of ours, wherever it stands. */
export async function expectNoHostileInputBreaksIt(op: Operation, own: PopulatedTenant): Promise<void> {
  const check = async (path: string, body: unknown) => {
    const response = await own.call(op.method, path, body, headersFor(op));
    const allowed = response.status < 500 || (example(op).alsoAnswers ?? []).includes(response.status);
    if (!allowed) throw new Error(`${op.name} broke (${response.status}) on ${path} ${JSON.stringify(body)}`);
    if (response.status >= 400) await expectProblem(response, response.status, await codeOf(response));
  };
  const [body] = bodiesFor(op, own);
  for (const [place] of placesOf(op)) {
    for (const value of HOSTILE_TEXT) await check(pathFor(op, own, { place, value: value.toWellFormed() }), body);
  }
  for (const { name } of op.parameters.filter((parameter) => parameter.in === "query")) {
    for (const value of HOSTILE_TEXT) {
      await check(`${pathFor(op, own)}?${name}=${encodeURIComponent(value.toWellFormed())}`, body);
    }
  }
  if (typeof body === "string") for (const value of HOSTILE_TEXT) await check(pathFor(op, own), value);
  else for (const hostile of variants(body)) await check(pathFor(op, own), hostile);
}

/** A cursor of another list or another tenant, and what is none, is refused; never the first page, or one from the middle. */
export async function expectForeignCursorsRefused(op: Operation, own: PopulatedTenant, cursors: string[]) {
  for (const cursor of ["x", "0", "' or 1=1 --", "ação", btoa(own.ids.segmentId), own.ids.segmentId, ...cursors]) {
    const response = await own.call("GET", `${pathFor(op, own)}?cursor=${encodeURIComponent(cursor)}`);
    const { errors } = await expectProblem(response, 400, "invalid_cursor");
    expect(errors?.map(({ path }) => path)).toEqual(["cursor"]);
  }
}

/** Answers are one tenant's, refusals included. */
export async function expectKeptByNoCache(op: Operation, own: PopulatedTenant): Promise<void> {
  const [body] = bodiesFor(op, own);
  const answers = [await request(op.method, pathFor(op, own), body, headersFor(op))];
  if (op.method === "GET") answers.push(await own.call("GET", pathFor(op, own)));
  for (const { headers } of answers) expect(headers.get("Cache-Control")).toContain("no-store");
}

/** Texts that no store, spreadsheet or phone takes, as they may stand in JSON. */
const UNSOUND = ["a\u0000b", "a\ud800", "\udfffb"];

/** What is no proper text, or no JSON to work with, is refused by every route in the same way, and does nothing. */
export async function expectUnsoundInputRefused(op: Operation, own: PopulatedTenant): Promise<void> {
  const before = await rowsOf(own);
  const path = pathFor(op, own);
  const invalid = async (response: Response, place?: string) => {
    const problem = await expectProblem(response, 400, "invalid_request");
    if (place !== undefined) expect(problem.errors?.map((error) => error.path)).toContain(place);
  };
  for (const { name } of op.parameters.filter((parameter) => parameter.in === "query")) {
    for (const value of ["a%00b", "a%ED%A0%80", "%ff"])
      await invalid(await own.call(op.method, `${path}?${name}=${value}`), name);
  }
  const [body] = bodiesFor(op, own);
  if (typeof body === "object" && body !== null) {
    const send = (bytes: BodyInit) =>
      own.call(op.method, path, bytes, { "Content-Type": "application/json", ...headersFor(op) });
    for (const text of UNSOUND) {
      for (const [place, unsound] of texts(body, text)) await invalid(await own.call(op.method, path, unsound), place);
    }
    const [before, after] = JSON.stringify({ ...body, x: "|" }).split("|");
    const utf8 = (text = "") => [...new TextEncoder().encode(text)];
    await invalid(await send(new Uint8Array([...utf8(before), 0xed, 0xa0, 0x80, ...utf8(after)])));
    await invalid(await send(new Uint8Array([...utf8(before), 0xe7, 0xe3, ...utf8(after)])));
    const [open, close] = ['{"x":', "}"].map((text) => text.repeat(50_000));
    await invalid(await send(`{"components":${"[".repeat(50_000)}${"]".repeat(50_000)}}`));
    await invalid(await send(`${open}1${close}`));
    const large = " ".repeat(4 * 1024 * 1024);
    await expectProblem(await send(JSON.stringify(body) + large), 413, "payload_too_large");
    const unannounced = new Blob([JSON.stringify(body), large]).stream();
    await expectProblem(await send(unannounced), 413, "payload_too_large");
  }
  expect(await rowsOf(own)).toEqual(before);
}

/** The body with each of its texts, at any depth, replaced by this one, and the path to it. */
function* texts(body: unknown, text: string, path = ""): Generator<[path: string, body: unknown]> {
  if (typeof body === "string") yield [path, text];
  if (typeof body !== "object" || body === null) return;
  for (const [key, value] of Object.entries(body)) {
    for (const [place, changed] of texts(value, text, path ? `${path}.${key}` : key)) {
      yield [place, Array.isArray(body) ? body.with(Number(key), changed) : { ...body, [key]: changed }];
    }
  }
}

/** The body with each of its values, at any depth, replaced by each hostile one. */
function* variants(body: unknown): Generator<unknown> {
  if (typeof body !== "object" || body === null) return;
  for (const [key, value] of Object.entries(body)) {
    const put = (replacement: unknown) =>
      Array.isArray(body) ? body.with(Number(key), replacement) : { ...body, [key]: replacement };
    for (const hostile of HOSTILE_VALUES) yield put(hostile);
    for (const deeper of variants(value)) yield put(deeper);
  }
}
