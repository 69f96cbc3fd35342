import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { anAuditEntry, aSegment } from "../../support/builders.ts";
import { readOperations } from "../../support/operations.ts";
import { aPopulatedTenant, type PopulatedTenant, rowsOf } from "../../support/populated-tenant.ts";
import { EXAMPLES, LISTS, WITHOUT_SCOPE } from "../../support/tenant-examples.ts";
import * as suite from "../../support/tenant-suite.ts";

/** Walks over the served OpenAPI document, so that every route is held to this from its first day. */
const operations = await readOperations();
// Nothing may ever happen to this one.
let other: PopulatedTenant;
let untouched: unknown;

// Meta is out of reach: what counts here is decided before it would be asked.
beforeAll(async () => {
  other = await aPopulatedTenant();
  await anAuditEntry(other);
  await aSegment(other);
  untouched = await rowsOf(other);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("out of reach")));
});
afterAll(() => {
  vi.unstubAllGlobals();
});

const page = z.object({ nextCursor: z.string().nullable() });
/** A cursor that a tenant was given by one of its lists; null when all fits on one page. */
async function cursorOf(t: PopulatedTenant, path: string): Promise<string | null> {
  if (path.includes("{")) return null;
  return page.parse(await (await t.call("GET", `${path}?limit=1`)).json()).nextCursor;
}

describe.each(operations.map((op) => [op.name, op] as const))("%s", (_, op) => {
  let own: PopulatedTenant;
  beforeAll(async () => {
    own = await aPopulatedTenant();
    await aSegment(own);
  });

  test("is closed to whoever has no credentials", () => suite.expectClosedToStrangers(op, own));
  if (op.needsCredentials && !WITHOUT_SCOPE.includes(op.name)) {
    test("is closed to whoever lacks the scope", () => suite.expectScopeNeeded(op, own));
  }
  if (op.path.includes("{")) {
    test("does not find another tenant's things by their id", () => suite.expectForeignPathIdsNotFound(op, own, other));
  }
  if (op.takesBody) {
    test("takes no other tenant's id in a body", () => suite.expectForeignBodyIdsRefused(op, own, other));
  }
  if (op.method === "GET" && op.parameters.some((parameter) => parameter.in === "query")) {
    test("shows no other tenant's rows, whatever the filter", () =>
      suite.expectForeignFiltersFindNothing(op, own, other));
  }
  if (op.takesBody || op.parameters.some((parameter) => parameter.in === "query")) {
    test("refuses what is no proper text or JSON, and says where", () => suite.expectUnsoundInputRefused(op, own));
  }
  // The check of a campaign has a cursor too, which says how far it has counted and names nothing.
  if (op.method === "GET" && op.parameters.some(({ in: where, name }) => where === "query" && name === "cursor")) {
    test("takes no cursor but its own", async () => {
      const cursors = await Promise.all([cursorOf(other, "/v1/audit-log"), cursorOf(other, op.path)]);
      if (op.name !== "GET /v1/segments") cursors.push(await cursorOf(own, "/v1/segments"));
      await suite.expectForeignCursorsRefused(
        op,
        own,
        cursors.filter((cursor) => cursor !== null),
      );
    });
  }
  test("is kept by no cache", () => suite.expectKeptByNoCache(op, own));
  // The last two change the tenant's own rows.
  test("works for the owner, and tells nothing of another tenant", () => suite.expectWorksForOwner(op, own, other));
  if (op.path.includes("{") || op.takesBody || op.parameters.length > 0) {
    test("does not break on hostile input", () => suite.expectNoHostileInputBreaksIt(op, own));
  }
});

test("after all of this the other tenant is as it was", async () => {
  expect(await rowsOf(other)).toEqual(untouched);
});

test("the suite describes no route that is gone", () => {
  const names = operations.map(({ name }) => name);
  expect([...Object.keys(EXAMPLES), ...Object.keys(LISTS)].filter((name) => !names.includes(name))).toEqual([]);
});
