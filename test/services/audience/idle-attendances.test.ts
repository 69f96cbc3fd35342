import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { makeDeps } from "#deps.ts";
import { endIdleAttendances } from "#services/audience/idle-attendances.ts";
import { anAttendance, aTenant, type TestTenant } from "../../support/builders.ts";

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 22, 12);
const deps = { ...makeDeps(env), now: () => NOW };
const idleFor = (t: TestTenant, minutes: number) => {
  const at = NOW - minutes * MINUTE;
  return anAttendance(t, { startedAt: at, lastEventAt: at });
};
const read = async (t: TestTenant, { id }: { id: string }) => deps.store(t.tenantId).attendances.get(id);

test("an attendance in which nothing happened for a day is ended, and its last event stays what it was", async () => {
  const t = await aTenant();
  const [idle, talking] = [await idleFor(t, 24 * 60), await idleFor(t, 24 * 60 - 1)];
  await endIdleAttendances(deps);
  expect(await read(t, idle)).toMatchObject({ endedAt: NOW, lastEventAt: idle.lastEventAt });
  expect(await read(t, talking)).toMatchObject({ endedAt: null });
});

test("each tenant waits as long as it has decided", async () => {
  const [soon, late] = [await aTenant(), await aTenant()];
  await soon.call("PATCH", "/v1/tenant", { settings: { attendanceIdleMinutes: 60 } });
  await late.call("PATCH", "/v1/tenant", { settings: { attendanceIdleMinutes: 43_200 } });
  const [hour, days] = [await idleFor(soon, 61), await idleFor(late, 3 * 24 * 60)];
  await endIdleAttendances(deps);
  expect(await read(soon, hour)).toMatchObject({ endedAt: NOW });
  expect(await read(late, days)).toMatchObject({ endedAt: null });
});

test("a reply keeps it open, and one that is told again after the end opens no other", async () => {
  const t = await aTenant();
  const attendance = await idleFor(t, 25 * 60);
  const { attendances } = deps.store(t.tenantId);
  const reply = (id: string, now: number) => attendances.openForReply({ id, phone: attendance.phone, now });
  await reply("att_none", NOW - MINUTE);
  await endIdleAttendances(deps);
  expect(await read(t, attendance)).toMatchObject({ endedAt: null, lastEventAt: NOW - MINUTE });
  const dayLater = { ...deps, now: () => NOW + 24 * 60 * MINUTE };
  await endIdleAttendances(dayLater);
  expect(await read(t, attendance)).toMatchObject({ endedAt: dayLater.now() });
  expect(await reply("att_repeat", NOW - MINUTE)).toBe(false);
  expect(await reply("att_new", dayLater.now() + MINUTE)).toBe(true);
});

test("many are ended in steps, so that none of them holds D1 for long", async () => {
  const t = await aTenant();
  for (let i = 0; i < 5; i++) await idleFor(t, 25 * 60);
  expect(await deps.platform.endIdleAttendances(NOW, 3)).toBe(3);
  expect(await deps.platform.endIdleAttendances(NOW, 3)).toBe(2);
  expect(await deps.platform.endIdleAttendances(NOW, 3)).toBe(0);
});

test("the cron reads one place of an index for each tenant, and no attendance that is not idle", async () => {
  const plan = await env.DB.prepare(
    `explain query plan select idle.id from tenants cross join attendances as idle where idle.tenant_id = tenants.id
     and idle.ended_at is null and idle.last_event_at <= 1 - coalesce(tenants.settings ->> '$.attendanceIdleMinutes', 1)`,
  ).all<{ detail: string }>();
  expect(plan.results.map(({ detail }) => detail)).toEqual([
    expect.stringContaining("SCAN tenants"),
    expect.stringMatching(/USING (COVERING )?INDEX attendances_idle \(tenant_id=\? AND last_event_at</),
  ]);
});
