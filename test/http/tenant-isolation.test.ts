import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readOperations } from "../support/operations.ts";
import { aPopulatedTenant, type PopulatedTenant, rowsOf } from "../support/populated-tenant.ts";
import { EXAMPLES, LISTS, WITHOUT_SCOPE } from "../support/tenant-examples.ts";
import * as suite from "../support/tenant-suite.ts";

/** Walks over the served OpenAPI document, so that every route is held to this from its first day. */
const operations = await readOperations();
// Nothing may ever happen to this one.
let other: PopulatedTenant;
let untouched: unknown;

// Meta is out of reach: what counts here is decided before it would be asked.
beforeAll(async () => {
  other = await aPopulatedTenant();
  untouched = await rowsOf(other);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("out of reach")));
});
afterAll(() => {
  vi.unstubAllGlobals();
});

describe.each(operations.map((op) => [op.name, op] as const))("%s", (_, op) => {
  let own: PopulatedTenant;
  beforeAll(async () => {
    own = await aPopulatedTenant();
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
