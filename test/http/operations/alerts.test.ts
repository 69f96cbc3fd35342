import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { alertStore } from "#adapters/d1/operations/alerts.ts";
import { tenantDb } from "#adapters/d1/tenant-db.ts";
import * as answers from "#http/operations/alerts.schema.ts";
import * as auditAnswers from "#http/operations/audit.schema.ts";
import { anAlert, anApiKey, aTenant, callWith, newId, type TestTenant } from "../../support/builders.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

const list = async (t: TestTenant, query = "") =>
  (await expectBody(await t.call("GET", `/v1/alerts${query}`), 200, answers.alertList)).data;
const raised = (message: string, now: number) => ({
  id: newId("alr"),
  kind: "line_blocked" as const,
  severity: "warning" as const,
  subject: "lin_1",
  message,
  now,
});

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
