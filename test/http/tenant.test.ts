import { expect, test } from "vitest";
import * as answers from "../../worker/http/schemas/catalogue.ts";
import { anApiKey, aTenant, callWith } from "../support/builders.ts";
import { expectBody, expectProblem } from "../support/expect-problem.ts";

test("a tenant reads itself", async () => {
  const t = await aTenant({ name: "Aurora", timeZone: "America/Manaus", locale: "en" });
  const tenant = await expectBody(await t.call("GET", "/v1/tenant"), 200, answers.tenant.strict());
  expect(tenant).toEqual({
    id: t.tenantId,
    name: "Aurora",
    timeZone: "America/Manaus",
    locale: "en",
    responseProtocol: true,
    settings: {},
  });
});

test("a change touches only the fields it names", async () => {
  const t = await aTenant({ name: "Aurora" });
  await expectBody(await t.call("PATCH", "/v1/tenant", { responseProtocol: false, locale: "en" }), 200, answers.tenant);
  const tenant = await expectBody(await t.call("PATCH", "/v1/tenant", { name: "Boreal" }), 200, answers.tenant);
  expect(tenant).toMatchObject({
    name: "Boreal",
    responseProtocol: false,
    locale: "en",
    timeZone: "America/Sao_Paulo",
  });
  expect(await (await t.call("PATCH", "/v1/tenant", {})).json()).toEqual(tenant);
});

test("settings are merged, so that two people tuning both are heard", async () => {
  const t = await aTenant();
  await t.call("PATCH", "/v1/tenant", { settings: { failureRateThreshold: 0.2 } });
  const response = await t.call("PATCH", "/v1/tenant", { settings: { replyWindowMinutes: 60 } });
  const tenant = await expectBody(response, 200, answers.tenant);
  expect(tenant.settings).toEqual({ failureRateThreshold: 0.2, replyWindowMinutes: 60 });
});

test("a time zone is kept under its canonical name", async () => {
  const t = await aTenant();
  const response = await t.call("PATCH", "/v1/tenant", { timeZone: "america/bahia" });
  expect((await expectBody(response, 200, answers.tenant)).timeZone).toBe("America/Bahia");
});

test.each(["America/Nowhere", "-03:00", "", "GMT+25", "Brasília"])("%j is no time zone", async (timeZone) => {
  const t = await aTenant();
  const problem = await expectProblem(await t.call("PATCH", "/v1/tenant", { timeZone }), 400, "invalid_request");
  expect(problem.errors?.[0]?.path).toBe("timeZone");
});

test.each([
  [{ settings: { failureRateThreshold: 1.5 } }, "settings.failureRateThreshold"],
  [{ settings: { replyWindowMinutes: 0 } }, "settings.replyWindowMinutes"],
  [{ settings: { colour: "red" } }, "settings"],
  [{ locale: "fr" }, "locale"],
  [{ name: "  " }, "name"],
])("%j is refused, with the path of what is wrong", async (change, path) => {
  const t = await aTenant();
  const problem = await expectProblem(await t.call("PATCH", "/v1/tenant", change), 400, "invalid_request");
  expect(problem.errors?.map((error) => error.path)).toEqual([path]);
});

test("changing the tenant takes an admin; asking who one is takes no scope at all", async () => {
  const t = await aTenant();
  const call = callWith((await anApiKey(t, { name: "CRM", scopes: ["catalogue:read"] })).key);
  expect((await call("GET", "/v1/tenant")).status).toBe(200);
  await expectProblem(await call("PATCH", "/v1/tenant", { name: "Mine" }), 403, "forbidden");

  const bare = callWith((await anApiKey(t, { name: "Bare", scopes: [] })).key);
  await expectProblem(await bare("GET", "/v1/tenant"), 403, "forbidden");
  expect(await expectBody(await bare("GET", "/v1/me"), 200, answers.me)).toMatchObject({ name: "Bare", scopes: [] });
});
