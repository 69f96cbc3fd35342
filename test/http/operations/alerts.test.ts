import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { alertStore } from "#adapters/d1/operations/alerts.ts";
import { tenantDb } from "#adapters/d1/tenant-db.ts";
import { makeDeps } from "#deps.ts";
import * as answers from "#http/operations/alerts.schema.ts";
import * as auditAnswers from "#http/operations/audit.schema.ts";
import { raiseAlert } from "#services/operations/raise-alert.ts";
import { anAlert, anApiKey, aTenant, callWith, newId, type TestTenant } from "../../support/builders.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

const list = async (t: TestTenant, query = "") =>
  (await expectBody(await t.call("GET", `/v1/alerts${query}`), 200, answers.alertList)).data;
const raised = (message: string, now: number) => ({
  id: newId("alr"),
  kind: "line_blocked" as const,
  severity: "warning" as const,
  subject: "lin_1",
  params: null,
  message,
  facts: null,
  now,
});
const portuguese = { "Accept-Language": "pt-BR,pt;q=0.9" };
const inPortuguese = async (t: TestTenant) =>
  (await expectBody(await t.call("GET", "/v1/alerts", undefined, portuguese), 200, answers.alertList)).data;

test("alerts come newest first and by their state", async () => {
  const t = await aTenant();
  const seen = await anAlert(t, { acknowledgedAt: Date.now() });
  const open = await anAlert(t);
  expect((await list(t)).map(({ id }) => id)).toEqual([open.id, seen.id]);
  expect((await list(t, "?status=open")).map(({ id }) => id)).toEqual([open.id]);
  expect((await list(t, "?status=acknowledged")).map(({ id }) => id)).toEqual([seen.id]);
  await expectProblem(await t.call("GET", "/v1/alerts?status=closed"), 400, "invalid_request");
});

test("a cause that goes on is one open alert, with its first age and its latest words", async () => {
  const t = await aTenant();
  const alerts = alertStore(tenantDb(env, t.tenantId));
  const first = await alerts.open(raised("stopped for 1 hour", 1_000));
  const second = await alerts.open({ ...raised("stopped for 6 hours", 2_000), severity: "critical" });
  expect(second.id).toBe(first.id);
  await alerts.open({ ...raised("another line", 2_000), subject: "lin_2" });
  await alerts.open({ ...raised("another kind", 2_000), kind: "quality_drop" });
  const open = await list(t, "?status=open");
  expect(open).toHaveLength(3);
  expect(open.find(({ id }) => id === first.id)).toMatchObject({
    message: "stopped for 6 hours",
    severity: "critical",
    createdAt: new Date(1_000).toISOString(),
  });
});

test("twenty at once are still one alert", async () => {
  const t = await aTenant();
  const alerts = alertStore(tenantDb(env, t.tenantId));
  await Promise.all(Array.from({ length: 20 }, (_, i) => alerts.open(raised(`${i}`, i))));
  expect(await list(t)).toHaveLength(1);
});

test("acknowledged, it leaves the open ones; when its cause comes again, a new one is opened", async () => {
  const t = await aTenant();
  const alerts = alertStore(tenantDb(env, t.tenantId));
  const { id } = await alerts.open(raised("blocked", 1_000));
  const done = await expectBody(await t.call("POST", `/v1/alerts/${id}/acknowledge`), 200, answers.alert);
  expect(done).toMatchObject({ id, acknowledgedAt: expect.any(String) });
  expect(await list(t, "?status=open")).toEqual([]);
  const again = await alerts.open(raised("blocked again", 2_000));
  expect(again.id).not.toBe(id);
});

test("acknowledging twice changes and records nothing more", async () => {
  const t = await aTenant();
  const { id } = await anAlert(t);
  const first = await expectBody(await t.call("POST", `/v1/alerts/${id}/acknowledge`), 200, answers.alert);
  const second = await expectBody(await t.call("POST", `/v1/alerts/${id}/acknowledge`), 200, answers.alert);
  expect(second).toEqual(first);
  const log = await expectBody(await t.call("GET", "/v1/audit-log"), 200, auditAnswers.auditList);
  expect(log.data.map(({ action, subject }) => [action, subject])).toEqual([["alert.acknowledge", id]]);
});

test("one tenant's open alert does not stand in for another's", async () => {
  const [a, b] = [await aTenant(), await aTenant()];
  await alertStore(tenantDb(env, a.tenantId)).open(raised("a", 1_000));
  await alertStore(tenantDb(env, b.tenantId)).open(raised("b", 1_000));
  expect((await list(b)).map(({ message }) => message)).toEqual(["b"]);
  const { id } = await anAlert(a);
  await expectProblem(await b.call("POST", `/v1/alerts/${id}/acknowledge`), 404, "not_found");
});

test("who may only read may not acknowledge", async () => {
  const t = await aTenant();
  const { id } = await anAlert(t);
  const viewer = callWith((await anApiKey(t, { scopes: ["campaigns:read"] })).key);
  expect((await viewer("GET", "/v1/alerts")).status).toBe(200);
  await expectProblem(await viewer("POST", `/v1/alerts/${id}/acknowledge`), 403, "forbidden");
});

test("what is raised is told in the reader's language, and its instants in the tenant's time zone", async () => {
  const t = await aTenant({ timeZone: "America/Sao_Paulo" });
  const until = Date.UTC(2026, 11, 24, 15);
  const params = { cause: "news" as const, event: "ACCOUNT_RESTRICTION", until };
  const severity = "critical" as const;
  await raiseAlert(makeDeps(env), t.tenantId, { kind: "account_restricted", severity, subject: "lin_1", params });
  const facts = { until };
  const [english] = await list(t);
  expect(english).toMatchObject({ message: expect.stringContaining("until 2026-12-24T15:00:00.000Z"), facts });
  const [told] = await inPortuguese(t);
  expect(told).toMatchObject({ message: expect.stringMatching(/até 24 de dez\. de 2026, 12:00/), facts });
  const done = await t.call("POST", `/v1/alerts/${told?.id}/acknowledge`, undefined, portuguese);
  expect((await expectBody(done, 200, answers.alert)).message).toBe(told?.message);
});

test("what is raised has the message and the facts that the release before reads", async () => {
  const t = await aTenant();
  const params = { newPhone: "+5511900000288", takenBy: null };
  const [severity, subject] = ["warning" as const, "con_1"];
  await raiseAlert(makeDeps(env), t.tenantId, { kind: "number_changed", severity, subject, params });
  const [row] = (await makeDeps(env).store(t.tenantId).alerts.list({ limit: 1 })).data;
  expect(row).toMatchObject({ message: (await list(t))[0]?.message, facts: { newPhone: "+5511900000288" } });
});

test("a row of the release before is told by its own sentence, in Portuguese by what its kind means", async () => {
  const t = await aTenant();
  const facts = { day: "November 30, 2026" };
  await anAlert(t, { kind: "account_closing", message: "Meta will disable it.", facts });
  expect(await list(t)).toMatchObject([{ message: "Meta will disable it.", facts }]);
  expect(await inPortuguese(t)).toMatchObject([
    { message: expect.stringMatching(/desativar.*November 30, 2026/), facts },
  ]);
});

test("a row of a later release, or one that can't be read, is told by its message, and the list is whole", async () => {
  const t = await aTenant();
  for (const params of ["{", "null", '{"cause":"of_tomorrow"}']) await anAlert(t, { params, message: `of ${params}` });
  const { id } = await anAlert(t, { params: "{}", message: "of tomorrow" });
  await env.DB.prepare("update alerts set kind = 'of_tomorrow' where id = ?").bind(id).run();
  const messages = ["of tomorrow", 'of {"cause":"of_tomorrow"}', "of null", "of {"];
  expect((await list(t)).map(({ message }) => message)).toEqual(messages);
  const red = "A Meta deu qualidade vermelha à linha. Ela fica fora do rodízio até melhorar.";
  expect((await inPortuguese(t)).map(({ message }) => message)).toEqual(["of tomorrow", red, red, red]);
});
