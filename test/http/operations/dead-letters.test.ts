import { expect, test } from "vitest";
import { makeDeps } from "#deps.ts";
import type { Env } from "#env.ts";
import { makeApp } from "#http/app.ts";
import * as auditAnswers from "#http/operations/audit.schema.ts";
import * as answers from "#http/operations/dead-letters.schema.ts";
import { aDeadLetter, anApiKey, aTenant, callWith, newId, type TestTenant } from "../../support/builders.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";
import { withCaughtQueues } from "../../support/queues.ts";

const list = async (t: TestTenant, query = "") =>
  (await expectBody(await t.call("GET", `/v1/dead-letters${query}`), 200, answers.deadLetterList)).data;
const ids = async (t: TestTenant, query = "") => (await list(t, query)).map(({ id }) => id);

/** A POST whose queues are the test's. */
const post = async (t: TestTenant, path: string, bindings: Env) =>
  makeApp(makeDeps).request(path, { method: "POST", headers: { Authorization: `Bearer ${t.apiKey}` } }, bindings);

const auditOf = async (t: TestTenant) => {
  const { data } = await expectBody(await t.call("GET", "/v1/audit-log"), 200, auditAnswers.auditList);
  return data.map(({ action, subject, detail }) => ({ action, subject, detail }));
};

test("dead letters come newest first, by queue and by what became of them", async () => {
  const t = await aTenant();
  const open = await aDeadLetter(t, { id: newId("dlt") });
  const retried = await aDeadLetter(t, { queue: "meta-events", retriedAt: 1_000, at: 500 });
  const discarded = await aDeadLetter(t, { discardedAt: 2_000 });
  expect(await ids(t)).toEqual([discarded.id, retried.id, open.id].sort().reverse());
  expect(await ids(t, "?status=open")).toEqual([open.id]);
  expect(await ids(t, "?status=discarded")).toEqual([discarded.id]);
  expect(await list(t, "?queue=meta-events")).toEqual([
    {
      id: retried.id,
      queue: "meta-events",
      attempts: 11,
      at: new Date(500).toISOString(),
      status: "retried",
      retriedAt: new Date(1_000).toISOString(),
      discardedAt: null,
    },
  ]);
  await expectProblem(await t.call("GET", "/v1/dead-letters?status=gone"), 400, "invalid_request");
  await expectProblem(await t.call("GET", "/v1/dead-letters?queue=other"), 400, "invalid_request");
});

test("a retried one is back on the queue that it came from, as it was, and that is on record", async () => {
  const t = await aTenant();
  const status = { kind: "ignored", field: "flows" };
  const said = [
    { queue: "jobs", body: { kind: "export", tenantId: t.tenantId, exportId: "exp_1" } },
    { queue: "meta-events", body: { kind: "events", receivedAt: 5, events: [status] } },
    { queue: "meta-events", body: { kind: "settlements", campaignId: "cmp_1", claimId: "clm_1", settlements: [] } },
  ];
  const queues = withCaughtQueues();
  for (const { queue, body } of said) {
    const { id } = await aDeadLetter(t, { queue, body });
    const deadLetter = await expectBody(
      await post(t, `/v1/dead-letters/${id}/retry`, queues.env),
      200,
      answers.deadLetter,
    );
    expect(deadLetter).toMatchObject({ id, status: "retried", retriedAt: expect.any(String) });
    expect(queues.caught.at(-1)).toMatchObject({ queue, body });
    expect((await auditOf(t))[0]).toEqual({ action: "dead_letter.retry", subject: id, detail: { queue } });
  }
  expect(queues.caught).toHaveLength(said.length);
});

test("pressed by twenty people at once, it goes back once", async () => {
  const t = await aTenant();
  const { id } = await aDeadLetter(t);
  const queues = withCaughtQueues();
  const presses = await Promise.all(
    Array.from({ length: 20 }, () => post(t, `/v1/dead-letters/${id}/retry`, queues.env)),
  );
  expect(presses.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const press of presses.filter(({ status }) => status !== 200)) {
    await expectProblem(press, 409, "dead_letter_retried");
  }
  expect(queues.caught).toHaveLength(1);
  expect(await auditOf(t)).toHaveLength(1);
});

test("one that its queue does not take is still open, and can be retried when it does", async () => {
  const t = await aTenant();
  const { id } = await aDeadLetter(t);
  const away = withCaughtQueues(() => true);
  await expectProblem(await post(t, `/v1/dead-letters/${id}/retry`, away.env), 503, "unavailable");
  expect(await list(t)).toMatchObject([{ id, status: "open", retriedAt: null }]);
  expect(await auditOf(t)).toEqual([]);
  const back = withCaughtQueues();
  expect((await post(t, `/v1/dead-letters/${id}/retry`, back.env)).status).toBe(200);
  expect(back.caught).toHaveLength(1);
});

test.each([
  ["can't be opened", { sealedBody: "v1.sealed.elsewhere" }],
  ["is of another letter", { sealedBody: undefined }],
  ["fits no message any more", { body: { kind: "import", importId: "imp_1" } }],
  ["is of another queue's shape", { queue: "meta-events" }],
  ["came from a queue whose letters are not kept any more", { queue: "sends" }],
])("one that %s is refused with its own code, and stays open", async (_, overrides) => {
  const t = await aTenant();
  const { sealedBody } = await aDeadLetter(t, { retriedAt: 1 });
  const { id } = await aDeadLetter(t, {
    ...overrides,
    ...("sealedBody" in overrides ? { sealedBody: overrides.sealedBody ?? sealedBody } : {}),
  });
  const queues = withCaughtQueues();
  await expectProblem(await post(t, `/v1/dead-letters/${id}/retry`, queues.env), 422, "dead_letter_unreadable");
  expect(queues.caught).toEqual([]);
  expect(await ids(t, "?status=open")).toEqual([id]);
});

test("a discarded one stays listed, is never retried, and discarding it twice records it once", async () => {
  const t = await aTenant();
  const { id } = await aDeadLetter(t);
  const first = await expectBody(await t.call("POST", `/v1/dead-letters/${id}/discard`), 200, answers.deadLetter);
  expect(first).toMatchObject({ id, status: "discarded", discardedAt: expect.any(String) });
  expect(await expectBody(await t.call("POST", `/v1/dead-letters/${id}/discard`), 200, answers.deadLetter)).toEqual(
    first,
  );
  expect(await auditOf(t)).toEqual([{ action: "dead_letter.discard", subject: id, detail: { queue: "jobs" } }]);
  const queues = withCaughtQueues();
  await expectProblem(await post(t, `/v1/dead-letters/${id}/retry`, queues.env), 409, "dead_letter_discarded");
  await expectBody(await post(t, "/v1/dead-letters/retry", queues.env), 200, answers.deadLettersRetried);
  expect(queues.caught).toEqual([]);
  expect(await ids(t)).toEqual([id]);
});

test("a retried one can't be discarded: its work is under way", async () => {
  const t = await aTenant();
  const { id } = await aDeadLetter(t, { retriedAt: 1 });
  await expectProblem(await t.call("POST", `/v1/dead-letters/${id}/discard`), 409, "dead_letter_retried");
});

test("retrying and discarding at the same moment ends in one of the two", async () => {
  const t = await aTenant();
  for (let i = 0; i < 5; i++) {
    const { id } = await aDeadLetter(t);
    const queues = withCaughtQueues();
    const [retry, discard] = await Promise.all([
      post(t, `/v1/dead-letters/${id}/retry`, queues.env),
      post(t, `/v1/dead-letters/${id}/discard`, queues.env),
    ]);
    expect([retry.status, discard.status].sort()).toEqual([200, 409]);
    expect(queues.caught).toHaveLength(retry.status === 200 ? 1 : 0);
  }
});

test("all at once: every open one of the tenant goes back, those that can't be read stay, nobody else's is touched", async () => {
  const [t, other] = [await aTenant(), await aTenant()];
  const theirs = await aDeadLetter(other);
  await aDeadLetter(t, { retriedAt: 1 });
  await aDeadLetter(t, { discardedAt: 1 });
  for (let i = 0; i < 25; i++) await aDeadLetter(t);
  const unreadable = [await aDeadLetter(t, { sealedBody: "x" }), await aDeadLetter(t, { body: {} })].map(
    ({ id }) => id,
  );
  const queues = withCaughtQueues();
  const outcome = await expectBody(
    await post(t, "/v1/dead-letters/retry", queues.env),
    200,
    answers.deadLettersRetried,
  );
  expect(outcome).toEqual({ retried: 25, unreadable: 2, left: 2 });
  expect(new Set(queues.caught.map(({ body }) => JSON.stringify(body))).size).toBe(25);
  expect((await ids(t, "?status=open")).sort()).toEqual(unreadable.sort());
  expect(await ids(other, "?status=open")).toEqual([theirs.id]);
  expect(await auditOf(t)).toEqual([{ action: "dead_letter.retry_all", subject: t.tenantId, detail: outcome }]);
});

test("two people who retry all at once send each letter back once", async () => {
  const t = await aTenant();
  for (let i = 0; i < 45; i++) await aDeadLetter(t);
  const queues = withCaughtQueues();
  const presses = await Promise.all([1, 2].map(() => post(t, "/v1/dead-letters/retry", queues.env)));
  const outcomes = await Promise.all(presses.map((press) => expectBody(press, 200, answers.deadLettersRetried)));
  expect(outcomes.reduce((sum, { retried }) => sum + retried, 0)).toBe(45);
  expect(new Set(queues.caught.map(({ body }) => JSON.stringify(body))).size).toBe(45);
  expect(queues.caught).toHaveLength(45);
});

test("one call retries at most 200 and says how many are left", async () => {
  const t = await aTenant();
  for (let i = 0; i < 215; i++) await aDeadLetter(t);
  const queues = withCaughtQueues();
  const call = async () =>
    expectBody(await post(t, "/v1/dead-letters/retry", queues.env), 200, answers.deadLettersRetried);
  expect(await call()).toEqual({ retried: 200, unreadable: 0, left: 15 });
  expect(await call()).toEqual({ retried: 15, unreadable: 0, left: 0 });
  expect(await call()).toEqual({ retried: 0, unreadable: 0, left: 0 });
});

test("when a queue takes no more on the way, what it did not take is still open", async () => {
  const t = await aTenant();
  for (let i = 0; i < 30; i++) await aDeadLetter(t);
  const queues = withCaughtQueues((nth) => nth > 7);
  await expectProblem(await post(t, "/v1/dead-letters/retry", queues.env), 503, "unavailable");
  expect(queues.caught).toHaveLength(7);
  expect(await ids(t, "?status=retried")).toHaveLength(7);
  expect(await ids(t, "?status=open")).toHaveLength(23);
  expect(await auditOf(t)).toMatchObject([{ action: "dead_letter.retry_all", detail: { retried: 7, left: 23 } }]);
});

test("who is no admin of the tenant sees and does none of this", async () => {
  const t = await aTenant();
  const { id } = await aDeadLetter(t);
  const operator = callWith((await anApiKey(t, { scopes: ["campaigns:read", "campaigns:launch"] })).key);
  await expectProblem(await operator("GET", "/v1/dead-letters"), 403, "forbidden");
  await expectProblem(await operator("POST", `/v1/dead-letters/${id}/retry`), 403, "forbidden");
  await expectProblem(await operator("POST", "/v1/dead-letters/retry"), 403, "forbidden");
  await expectProblem(await operator("POST", `/v1/dead-letters/${id}/discard`), 403, "forbidden");
});
