import { env } from "cloudflare:workers";
import { ne } from "drizzle-orm";
import { beforeEach, expect, test, vi } from "vitest";
import { campaigns } from "#adapters/d1/schema/campaigns.ts";
import type { CampaignRpc } from "#contracts/campaign-rpc.ts";
import { makeDeps } from "#deps.ts";
import { wakeCampaigns } from "#services/sending/wake-campaigns.ts";
import { aCampaign, aTenant, orm } from "../../support/builders.ts";

beforeEach(async () => {
  await orm.update(campaigns).set({ status: "completed" }).where(ne(campaigns.status, "draft"));
});

/** Looks at so many campaigns; answers whose objects were asked, in order. `answer` is theirs. */
async function woken(most: number, answer: (id: string) => Promise<void> = async () => {}): Promise<string[]> {
  const asked: string[] = [];
  const ensureAlarm = (id: string) => {
    asked.push(id);
    return answer(id);
  };
  const campaign = (id: string) => ({ ensureAlarm: () => ensureAlarm(id) }) as unknown as CampaignRpc;
  await wakeCampaigns({ ...makeDeps(env), campaign }, most);
  return asked;
}

test("campaigns under way are looked at first, however many paused ones are older", async () => {
  const t = await aTenant();
  for (let i = 0; i < 5; i++) await aCampaign(t, { status: "paused", updatedAt: i });
  const scheduled = await aCampaign(t, { status: "scheduled", updatedAt: 10 });
  const running = await aCampaign(t, { status: "running", updatedAt: 12 });
  const preparing = await aCampaign(t, { status: "preparing", updatedAt: 11 });
  const asked = await woken(4);
  expect(asked.slice(0, 3)).toEqual([preparing.id, running.id, scheduled.id]);
  expect(asked).toHaveLength(4);
});

test("paused campaigns come to their turn, even when there are more than are looked at in a minute", async () => {
  const t = await aTenant();
  const paused: string[] = [];
  for (let i = 0; i < 4; i++) paused.push((await aCampaign(t, { status: "paused", updatedAt: i })).id);
  const seen = new Set<string>();
  // By lot: that one of four is never among the two of sixty minutes happens once in 10^17 times.
  for (let minute = 0; minute < 60; minute++) for (const id of await woken(2)) seen.add(id);
  expect([...seen].sort()).toEqual(paused.sort());
});

test("an object that does not answer, or fails, keeps no other from being woken", async () => {
  const t = await aTenant();
  const ids: string[] = [];
  for (let i = 0; i < 12; i++) ids.push((await aCampaign(t, { status: "running", updatedAt: i })).id);
  const log = vi.spyOn(console, "warn").mockImplementation(() => {});
  let free = () => {};
  const hung = new Promise<void>((resolve) => {
    free = resolve;
  });
  let asked = 0;
  const watchdog = woken(20, async (id) => {
    if (++asked === ids.length) free();
    if (id === ids[0]) await hung;
    if (id === ids[1]) throw new Error("away");
  });
  expect(await watchdog).toEqual(ids);
  expect(log.mock.calls.flat()).toMatchObject([{ event: "wake_failed", campaignId: ids[1] }]);
  log.mockRestore();
});

test("objects are made beside the catalogue, whoever asks for them first", async () => {
  const asked: unknown[] = [];
  const namespace = {
    idFromName: (name: string) => name,
    get: (...args: unknown[]) => asked.push(args),
  };
  const deps = makeDeps({
    ...env,
    CAMPAIGNS: namespace as unknown as typeof env.CAMPAIGNS,
    PORTFOLIOS: namespace as unknown as typeof env.PORTFOLIOS,
  });
  deps.campaign("cmp_1");
  deps.portfolio("pf_1");
  expect(asked).toEqual([
    ["cmp_1", { locationHint: "enam" }],
    ["pf_1", { locationHint: "enam" }],
  ]);
});
