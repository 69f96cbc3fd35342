import { expect, test } from "vitest";
import * as segmentsAnswers from "#http/audience/segments.schema.ts";
import * as answers from "#http/operations/audit.schema.ts";
import { anApiKey, aPerson, aTenant, callWith, request } from "../../support/builders.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

test("a change is recorded with who, what, when and the request's id", async () => {
  const t = await aTenant();
  const before = Date.now();
  const made = await t.call("POST", "/v1/segments", { name: "North" });
  const { id } = await expectBody(made.clone(), 201, segmentsAnswers.segment);
  const log = await expectBody(await t.call("GET", "/v1/audit-log"), 200, answers.auditList);
  expect(log.data).toHaveLength(1);
  expect(log.data[0]).toMatchObject({
    actor: `apiKey:${t.apiKeyId}`,
    action: "segment.create",
    subject: id,
    detail: { name: "North" },
    requestId: made.headers.get("X-Request-Id"),
  });
  expect(Date.parse(log.data[0]?.at ?? "")).toBeGreaterThanOrEqual(before);
});

test("a person's change bears the person's id, not their name or e-mail", async () => {
  const t = await aTenant();
  const person = await aPerson(t, { role: "admin" });
  const answer = await request("POST", "/auth/sign-in/email", { email: person.email, password: person.password });
  const { token } = await answer.json<{ token: string }>();
  await callWith(token)("PATCH", "/v1/tenant", { locale: "en" });
  const text = await (await t.call("GET", "/v1/audit-log")).text();
  expect(text).toContain(`"user:${person.userId}"`);
  expect(text).not.toContain(person.email);
});

test("what was refused or only read leaves no entry", async () => {
  const t = await aTenant();
  await t.call("GET", "/v1/segments");
  await t.call("POST", "/v1/segments", { name: "" });
  await t.call("DELETE", "/v1/segments/seg_nothing");
  await t.call("PATCH", "/v1/tenant", { timeZone: "Nowhere" });
  const log = await expectBody(await t.call("GET", "/v1/audit-log"), 200, answers.auditList);
  expect(log.data).toEqual([]);
});

test("the log can't be changed through the API, and only admins read it", async () => {
  const t = await aTenant();
  for (const method of ["POST", "PATCH", "PUT", "DELETE"]) {
    await expectProblem(await t.call(method, "/v1/audit-log", {}), 404, "not_found");
  }
  const viewer = callWith((await anApiKey(t, { scopes: ["catalogue:read"] })).key);
  await expectProblem(await viewer("GET", "/v1/audit-log"), 403, "forbidden");
});
