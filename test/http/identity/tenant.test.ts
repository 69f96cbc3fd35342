import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { tenants } from "#adapters/d1/schema/identity.ts";
import * as answers from "#http/identity/tenant.schema.ts";
import { anApiKey, aTenant, callWith, orm, type TestTenant } from "../../support/builders.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

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
    policy: {
      failureRateThreshold: 0.1,
      failureRateMinimum: 50,
      waveGate: null,
      missedStartMinutes: 60,
      resumeWhenLinesReturn: false,
      categoryChange: "hold",
      frequencyCaps: [],
      sendingWindow: null,
      replyWindowMinutes: 4_320,
      attendanceIdleMinutes: 1_440,
      optOutWords: ["SAIR", "PARAR", "CANCELAR", "STOP"],
      optInWords: [],
      maxRejectedPercent: null,
      personalDataDays: null,
      fileDays: null,
    },
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

const WINDOW = {
  timeZone: "America/Sao_Paulo",
  hours: [{ days: [1, 2, 3, 4, 5], from: "08:00", to: "20:00" }],
  holidays: ["2026-12-25"],
};
const tune = async (t: TestTenant, settings: object) =>
  expectBody(await t.call("PATCH", "/v1/tenant", { settings }), 200, answers.tenant);

test("every setting is kept as it was set, and the policy is what campaigns go by", async () => {
  const t = await aTenant();
  const settings = {
    failureRateThreshold: 0.05,
    failureRateMinimum: 200,
    waveGate: { maxFailureRate: 0.1, maxOptOutRate: 0.02, stopOnRedLine: true },
    missedStartMinutes: 15,
    resumeWhenLinesReturn: true,
    categoryChange: "continue" as const,
    frequencyCaps: [
      { category: "marketing", messages: 2, days: 7 },
      { category: "any", messages: 10, days: 30 },
    ],
    sendingWindow: WINDOW,
    replyWindowMinutes: 60,
    attendanceIdleMinutes: 240,
    optOutWords: ["SAIR", "Não quero"],
    optInWords: ["QUERO"],
    maxRejectedPercent: 2.5,
    personalDataDays: 30,
    fileDays: 10,
  };
  const tenant = await tune(t, settings);
  expect(tenant.settings).toEqual(settings);
  expect(tenant.policy).toEqual(settings);
  expect(await (await t.call("GET", "/v1/tenant")).json()).toEqual(tenant);
});

test("a setting that is an object is replaced as a whole, and leaves the others alone", async () => {
  const t = await aTenant();
  const waveGate = { maxFailureRate: 0.1, maxOptOutRate: 0.02, stopOnRedLine: true };
  await tune(t, { sendingWindow: WINDOW, waveGate });
  const shorter = { timeZone: "America/Manaus", hours: [{ days: [6], from: "09:00", to: "24:00" }], holidays: [] };
  expect((await tune(t, { sendingWindow: shorter })).settings).toEqual({ sendingWindow: shorter, waveGate });
  // A key that an earlier version kept would stay if the objects were merged.
  await orm
    .update(tenants)
    .set({ settings: sql`json_set(settings, '$.waveGate.formerly', 1)` })
    .where(eq(tenants.id, t.tenantId));
  expect((await tune(t, { waveGate })).settings).toEqual({ sendingWindow: shorter, waveGate });
});

test("null turns a setting off, whatever it was", async () => {
  const t = await aTenant();
  await tune(t, { sendingWindow: WINDOW, waveGate: { maxFailureRate: 0, maxOptOutRate: 1, stopOnRedLine: false } });
  const tenant = await tune(t, { sendingWindow: null, missedStartMinutes: 5 });
  expect(tenant.policy).toMatchObject({ sendingWindow: null, missedStartMinutes: 5, waveGate: { maxFailureRate: 0 } });
  expect((await tune(t, { waveGate: null })).policy).toMatchObject({ sendingWindow: null, waveGate: null });
});

test("a window is kept in order: its zone by its name, each holiday once", async () => {
  const t = await aTenant();
  const holidays = ["2026-12-25", "2026-04-21", "2026-12-25"];
  const { policy } = await tune(t, { sendingWindow: { ...WINDOW, timeZone: "america/sao_paulo", holidays } });
  expect(policy.sendingWindow).toEqual({ ...WINDOW, holidays: ["2026-04-21", "2026-12-25"] });
});

const hours = (...entries: [number[], string, string][]) => ({
  hours: entries.map(([days, from, to]) => ({ days, from, to })),
});
test.each([
  [{ timeZone: "America/Nowhere" }, "timeZone"],
  [{ timeZone: "-03:00" }, "timeZone"],
  [{ hours: [] }, "hours"],
  [hours([[], "08:00", "20:00"]), "hours.0.days"],
  [hours([[0], "08:00", "20:00"]), "hours.0.days.0"],
  [hours([[1], "8:00", "20:00"]), "hours.0.from"],
  [hours([[1], "24:00", "24:00"]), "hours.0.from"],
  [hours([[1], "08:00", "24:01"]), "hours.0.to"],
  [hours([[1], "08:00", "12:00"], [[2], "20:00", "08:00"]), "hours.1.to"],
  [hours([[1], "08:00", "08:00"]), "hours.0.to"],
  [hours([[1, 1], "08:00", "20:00"]), "hours.0"],
  [hours([[1, 2], "08:00", "12:00"], [[2, 3], "11:59", "20:00"]), "hours.1"],
  [hours([[1], "08:00", "08:59"]), "hours"],
  [{ holidays: ["2026-02-29"] }, "holidays.0"],
  [{ holidays: ["2026-12-25", "25/12/2026"] }, "holidays.1"],
  [{ colour: "red" }, ""],
])("a window with %j is refused, with the path of what is wrong", async (wrong, path) => {
  const t = await aTenant();
  const response = await t.call("PATCH", "/v1/tenant", { settings: { sendingWindow: { ...WINDOW, ...wrong } } });
  const problem = await expectProblem(response, 400, "invalid_request");
  expect(problem.errors?.map((error) => error.path)).toEqual([`settings.sendingWindow${path && `.${path}`}`]);
});

test("hours may adjoin, reach the end of the day, and lie on different days", async () => {
  const t = await aTenant();
  const sendingWindow = {
    ...WINDOW,
    ...hours([[1], "12:00", "14:00"], [[1], "14:00", "24:00"], [[2], "00:00", "14:00"]),
  };
  expect((await tune(t, { sendingWindow })).policy.sendingWindow).toEqual(sendingWindow);
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
  [{ settings: { maxRejectedPercent: 100.5 } }, "settings.maxRejectedPercent"],
  [{ settings: { replyWindowMinutes: 0 } }, "settings.replyWindowMinutes"],
  [{ settings: { attendanceIdleMinutes: 4 } }, "settings.attendanceIdleMinutes"],
  [{ settings: { optOutWords: ["SAIR", "!?"] } }, "settings.optOutWords.1"],
  [{ settings: { optInWords: ["a".repeat(41)] } }, "settings.optInWords.0"],
  [{ settings: { failureRateMinimum: 9 } }, "settings.failureRateMinimum"],
  [{ settings: { missedStartMinutes: 10_081 } }, "settings.missedStartMinutes"],
  [{ settings: { resumeWhenLinesReturn: null } }, "settings.resumeWhenLinesReturn"],
  [{ settings: { waveGate: { maxFailureRate: 0.1, maxOptOutRate: 0.1 } } }, "settings.waveGate.stopOnRedLine"],
  [
    { settings: { waveGate: { maxFailureRate: 2, maxOptOutRate: 0.1, stopOnRedLine: true } } },
    "settings.waveGate.maxFailureRate",
  ],
  [
    { settings: { frequencyCaps: [{ category: "service", messages: 1, days: 1 }] } },
    "settings.frequencyCaps.0.category",
  ],
  [{ settings: { frequencyCaps: [{ category: "any", messages: 0, days: 1 }] } }, "settings.frequencyCaps.0.messages"],
  [{ settings: { frequencyCaps: [{ category: "any", messages: 1, days: 366 }] } }, "settings.frequencyCaps.0.days"],
  [
    {
      settings: {
        frequencyCaps: [
          { category: "any", messages: 1, days: 7 },
          { category: "any", messages: 2, days: 7 },
        ],
      },
    },
    "settings.frequencyCaps.1",
  ],
  [
    { settings: { frequencyCaps: [1, 2, 3, 4, 5, 6].map((days) => ({ category: "any", messages: days, days })) } },
    "settings.frequencyCaps",
  ],
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
