import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { makeDeps } from "#deps.ts";
import * as answers from "#http/audience/attendances.schema.ts";
import { aContact, anAttendance, aTenant, newId, type TestTenant } from "../../support/builders.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

const MINUTE_MS = 60_000;
const NOW = Date.UTC(2026, 10, 22, 12);
const open = async (t: TestTenant, input: object) =>
  expectBody(await t.call("POST", "/v1/attendances", input), 201, answers.attendance.strict());
const phonesBy = async (t: TestTenant, query: string) =>
  (await expectBody(await t.call("GET", `/v1/attendances?${query}`), 200, answers.attendanceList)).data.map(
    ({ phone }) => phone,
  );
const storeOf = (t: TestTenant) => makeDeps(env).store(t.tenantId).attendances;
const phonesInService = async (t: TestTenant, withinMinutes?: number) =>
  (await storeOf(t).inService({ now: NOW, withinMinutes })).map(({ phone }) => phone).toSorted();

test("an attendance is open from when it started until it is ended; that we are told of it is an event", async () => {
  const t = await aTenant();
  const before = Date.now();
  const attendance = await open(t, {
    phone: "11961234567",
    channel: "operation",
    startedAt: "2026-11-22T09:00:00-03:00",
  });
  expect(attendance).toEqual({
    id: attendance.id,
    phone: "+5511961234567",
    contact: null,
    channel: "operation",
    startedAt: "2026-11-22T12:00:00.000Z",
    lastEventAt: attendance.lastEventAt,
    endedAt: null,
  });
  expect(Date.parse(attendance.lastEventAt)).toBeGreaterThanOrEqual(before);
  const ended = await t.call("PATCH", `/v1/attendances/${attendance.id}`, { endedAt: "2026-11-22T12:30:00Z" });
  expect(await expectBody(ended, 200, answers.attendance)).toEqual({
    ...attendance,
    lastEventAt: "2026-11-22T12:30:00.000Z",
    endedAt: "2026-11-22T12:30:00.000Z",
  });
});

test("it can't end before it started, and a number that is none starts nothing", async () => {
  const t = await aTenant();
  const { id } = await open(t, { phone: "11961234567", channel: "idr" });
  const early = await t.call("PATCH", `/v1/attendances/${id}`, { endedAt: "2020-01-01T00:00:00Z" });
  await expectProblem(early, 400, "invalid_request");
  const nobody = await t.call("POST", "/v1/attendances", { phone: "123", channel: "idr" });
  await expectProblem(nobody, 422, "invalid_phone");
});

test("they are found by phone in any punctuation and by whether they are open", async () => {
  const t = await aTenant();
  const a = await anAttendance(t);
  const b = await anAttendance(t, { endedAt: Date.now() });
  expect(await phonesBy(t, "")).toEqual([b.phone, a.phone]);
  expect(await phonesBy(t, "active=true")).toEqual([a.phone]);
  expect(await phonesBy(t, "active=false")).toEqual([b.phone]);
  expect(await phonesBy(t, `phone=${encodeURIComponent(b.phone.slice(3))}`)).toEqual([b.phone]);
  expect(await phonesBy(t, `phone=${encodeURIComponent(a.phone)}&active=false`)).toEqual([]);
});

test("they are found by channel, alone and with the others", async () => {
  const t = await aTenant();
  const bot = await anAttendance(t, { channel: "idr" });
  const ended = await anAttendance(t, { channel: "idr", endedAt: Date.now() });
  const operator = await anAttendance(t, { channel: "operation" });
  expect(await phonesBy(t, "channel=operation")).toEqual([operator.phone]);
  expect(await phonesBy(t, "channel=idr")).toEqual([ended.phone, bot.phone]);
  expect(await phonesBy(t, "channel=idr&active=true")).toEqual([bot.phone]);
  await expectProblem(await t.call("GET", "/v1/attendances?channel=telefone"), 400, "invalid_request");
});

test("each names the contact with its phone, which may come or go; never another tenant's", async () => {
  const [t, neighbour] = [await aTenant(), await aTenant()];
  const phone = "+5511961234567";
  await aContact(neighbour, { phone, name: "Bia" });
  const { id } = await open(t, { phone, channel: "idr" });
  const contactNow = async () =>
    (await expectBody(await t.call("GET", `/v1/attendances/${id}`), 200, answers.attendance)).contact;
  expect(await contactNow()).toBeNull();
  const contact = await aContact(t, { phone, name: "Ana Souza" });
  expect(await contactNow()).toEqual({ id: contact.id, name: "Ana Souza" });
  const { data } = await expectBody(await t.call("GET", "/v1/attendances"), 200, answers.attendanceList);
  expect(data.map((row) => row.contact?.id)).toEqual([contact.id]);
});

describe("ending several at once", () => {
  const end = (t: TestTenant, ids: string[]) => t.call("POST", "/v1/attendances/end", { ids });
  const read = async (t: TestTenant, id: string) =>
    expectBody(await t.call("GET", `/v1/attendances/${id}`), 200, answers.attendance);

  test("ends those that are open now, and leaves the end of the others as it was", async () => {
    const t = await aTenant();
    const [a, b, left] = [await anAttendance(t), await anAttendance(t), await anAttendance(t)];
    const before = Date.now() - 60 * MINUTE_MS;
    const over = await anAttendance(t, { startedAt: before, endedAt: before });
    const ids = [a.id, b.id, over.id, a.id];
    expect(await expectBody(await end(t, ids), 200, answers.attendancesEnded)).toEqual({ ended: 2 });
    expect(await phonesBy(t, "active=true")).toEqual([left.phone]);
    expect((await read(t, over.id)).endedAt).toBe(new Date(before).toISOString());
    const { endedAt, lastEventAt } = await read(t, a.id);
    expect(lastEventAt).toBe(endedAt);
    expect(await expectBody(await end(t, ids), 200, answers.attendancesEnded)).toEqual({ ended: 0 });
  });

  test("is all or nothing: with an id that is not there, none is ended", async () => {
    const t = await aTenant();
    const a = await anAttendance(t);
    const foreign = await anAttendance(await aTenant());
    for (const id of ["att_nothing", foreign.id]) await expectProblem(await end(t, [a.id, id]), 404, "not_found");
    expect(await phonesBy(t, "active=true")).toEqual([a.phone]);
    await expectProblem(await end(t, []), 400, "invalid_request");
  });

  test("never ends one before it began, whatever the clock of who began it said", async () => {
    const t = await aTenant();
    const startedAt = Date.now() + 5 * MINUTE_MS;
    const a = await anAttendance(t, { startedAt, lastEventAt: startedAt });
    await end(t, [a.id]);
    expect((await read(t, a.id)).endedAt).toBe(new Date(startedAt).toISOString());
  });
});

test("in service is who has one open, or whose last event is recent enough", async () => {
  const t = await aTenant();
  const phone = "+5511961234567";
  const contact = await aContact(t, { phone });
  const long = NOW - 1_000 * MINUTE_MS;
  const stillOpen = await anAttendance(t, { phone, startedAt: long, lastEventAt: long });
  const ended = (minutesAgo: number) => {
    const at = NOW - minutesAgo * MINUTE_MS;
    return anAttendance(t, { startedAt: long, lastEventAt: at, endedAt: at });
  };
  const recent = await ended(120);
  await ended(121);
  await anAttendance(await aTenant());
  expect(await phonesInService(t, 120)).toEqual([stillOpen.phone, recent.phone].toSorted());
  expect(await phonesInService(t)).toEqual([stillOpen.phone]);
  const people = await storeOf(t).inService({ now: NOW, withinMinutes: 120 });
  expect(people).toContainEqual({ phone, contactId: contact.id });
  expect(people).toContainEqual({ phone: recent.phone, contactId: null });
});

test("a reply opens an attendance, or moves the one that is open; the same reply again does neither", async () => {
  const t = await aTenant();
  const phone = "+5511961234567";
  const reply = (now: number) => storeOf(t).openForReply({ id: newId("att"), phone, now });
  await reply(NOW);
  await reply(NOW + MINUTE_MS);
  await reply(NOW);
  const page = await storeOf(t).list({ limit: 10 });
  expect(page.data).toMatchObject([
    { phone, channel: "idr", startedAt: NOW, lastEventAt: NOW + MINUTE_MS, endedAt: null },
  ]);
  await storeOf(t).end(page.data[0]?.id ?? "", NOW + 2 * MINUTE_MS);
  await reply(NOW + MINUTE_MS);
  expect((await storeOf(t).list({ limit: 10 })).data).toHaveLength(1);
  await reply(NOW + 3 * MINUTE_MS);
  expect((await storeOf(t).list({ limit: 10 })).data).toHaveLength(2);
});

describe("opening many at once", () => {
  const openMany = (t: TestTenant, attendances: object[], headers = {}) =>
    t.call("POST", "/v1/attendances/batch", { attendances }, headers);
  const opened = async (response: Response) => expectBody(response, 200, answers.attendancesOpened.strict());

  test("opens one for each person who has none, and answers whose is which", async () => {
    const t = await aTenant();
    const known = await anAttendance(t, { channel: "idr" });
    await anAttendance(await aTenant(), { phone: "+5511961234567" });
    const answer = await opened(
      await openMany(t, [
        { phone: "11961234567", channel: "operation", startedAt: "2026-11-22T12:00:00Z" },
        { phone: known.phone, channel: "operation" },
        { phone: "+55 (11) 96123-4567", channel: "idr" },
      ]),
    );
    const [fresh = ""] = answer.ids;
    expect(answer).toEqual({ opened: 1, alreadyOpen: 1, ids: [fresh, known.id, fresh] });
    const { data } = await expectBody(await t.call("GET", "/v1/attendances"), 200, answers.attendanceList);
    expect(data.map(({ id, channel, startedAt }) => [id, channel, startedAt])).toEqual([
      [fresh, "operation", "2026-11-22T12:00:00.000Z"],
      [known.id, "idr", new Date(known.startedAt).toISOString()],
    ]);
  });

  test("the whole list again opens nothing, and is an event of each", async () => {
    const t = await aTenant();
    const long = Date.now() - 60 * MINUTE_MS;
    const known = await anAttendance(t, { startedAt: long, lastEventAt: long });
    const list = [{ phone: known.phone, channel: "operation" }];
    for (let i = 0; i < 2; i++)
      expect(await opened(await openMany(t, list))).toEqual({ opened: 0, alreadyOpen: 1, ids: [known.id] });
    const row = await storeOf(t).get(known.id);
    expect(row?.lastEventAt).toBeGreaterThan(long);
    expect(row?.startedAt).toBe(long);
  });

  test("takes a thousand, and no more", async () => {
    const t = await aTenant();
    const list = Array.from({ length: 1_001 }, (_, i) => ({ phone: `1198${1_000_000 + i}`, channel: "idr" }));
    expect((await opened(await openMany(t, list.slice(1)))).opened).toBe(1_000);
    await expectProblem(await openMany(t, list), 400, "invalid_request");
  });

  test("is all or nothing: where one is no phone number, its place is named and nobody is opened", async () => {
    const t = await aTenant();
    const list = ["11961234567", "123"].map((phone) => ({ phone, channel: "idr" }));
    const { errors } = await expectProblem(await openMany(t, list), 422, "invalid_phone");
    expect(errors?.map(({ path }) => path)).toEqual(["attendances.1.phone"]);
    expect(await phonesBy(t, "")).toEqual([]);
  });

  test("the same request with the same key is answered again and does nothing", async () => {
    const t = await aTenant();
    const send = () => openMany(t, [{ phone: "11961234567", channel: "idr" }], { "Idempotency-Key": "once" });
    const first = await opened(await send());
    expect(await opened(await send())).toEqual(first);
    expect(first.opened).toBe(1);
  });
});

test("who told of an attendance, or ended it, stands in the audit log; no phone does", async () => {
  const t = await aTenant();
  const { id } = await open(t, { phone: "11961234567", channel: "operation" });
  await t.call("POST", "/v1/attendances/batch", { attendances: [{ phone: "11961234568", channel: "idr" }] });
  await t.call("POST", "/v1/attendances/batch", { attendances: [{ phone: "11961234568", channel: "idr" }] });
  const endedAt = new Date(Date.now() + MINUTE_MS).toISOString();
  await t.call("PATCH", `/v1/attendances/${id}`, { endedAt });
  const text = await (await t.call("GET", "/v1/audit-log")).text();
  const { data } = JSON.parse(text) as { data: { action: string; subject: string; detail: unknown }[] };
  expect(data.map(({ action, detail }) => [action, detail])).toEqual([
    ["attendance.end", { endedAt }],
    ["attendance.open", { opened: 1 }],
    ["attendance.open", { channel: "operation" }],
  ]);
  expect([data[0]?.subject, data[2]?.subject]).toEqual([id, id]);
  expect(text).not.toContain("96123");
});

test.each([
  ["the list of open ones", "and ended_at is null and id < 'att_x' order by id desc limit 51", "attendances_open_list"],
  [
    "whom a campaign has not heard of",
    "and id >= 'att_x' and (ended_at is null or last_event_at >= 1)",
    "attendances_tenant",
  ],
])("%s is asked of an index, in its order", async (_, rest, index) => {
  const plan = await env.DB.prepare(
    `explain query plan select * from attendances where tenant_id = 'ten_1' ${rest}`,
  ).all<{ detail: string }>();
  expect(plan.results.map(({ detail }) => detail)).toEqual([expect.stringContaining(`USING INDEX ${index}`)]);
});
