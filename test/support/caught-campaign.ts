import { createExecutionContext, createMessageBatch, getQueueResult, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { CampaignObject } from "../../worker/durable/campaign-object.ts";
import worker from "../../worker/index.ts";
import type { SendMessage } from "../../worker/queue/messages.ts";
import { aCampaignWorld, type CampaignWorld } from "./campaign-world.ts";
import { eventually } from "./eventually.ts";

/** What a campaign puts on the queue is kept in `caught` from now on; after a restart it must be asked again. */
export async function catchSends(world: CampaignWorld, caught: SendMessage[]): Promise<void> {
  await runInDurableObject(world.campaign, (instance: CampaignObject) => {
    const sends = {
      sendBatch: async (messages: Iterable<{ body: SendMessage }>) =>
        void caught.push(...[...messages].map((message) => message.body)),
    };
    Object.defineProperty(instance, "env", {
      value: { ...env, SENDS_0: sends, SENDS_1: sends, SENDS_2: sends, SENDS_3: sends },
    });
  });
}

/** A started campaign whose queue messages are caught instead of delivered, so that a test can deliver them as it likes. */
export async function aStartedCampaign(options: { people: number } & Parameters<typeof aCampaignWorld>[0]) {
  const world = await aCampaignWorld(options);
  const caught: SendMessage[] = [];
  await catchSends(world, caught);
  await world.campaign.start(world.tenant.tenantId, world.campaignId);
  await eventually(() => expect(caught.length).toBe(options.people));
  return { world, caught };
}

/** Hands messages to the Worker's queue door, as the platform does. */
export async function deliverSends(messages: SendMessage[]) {
  const batch = createMessageBatch<unknown>(
    "sends-0",
    messages.map((body, i) => ({ id: `m${i}`, timestamp: new Date(), attempts: 1, body })),
  );
  const ctx = createExecutionContext();
  await worker.queue(batch, env, ctx);
  return getQueueResult(batch, ctx);
}

export const statusesOf = async (world: CampaignWorld) => {
  const { data } = await world.campaign.recipients({ limit: 200 });
  return Object.groupBy(data, (row) => row.status);
};

/** Lets every lease end now, and wakes the campaign. */
export async function endLeases(world: CampaignWorld): Promise<void> {
  await runInDurableObject(world.campaign, async (_, state) => {
    state.storage.sql.exec("update recipients set lease_until = 1 where lease_until is not null");
    await state.storage.setAlarm(Date.now() + 1);
  });
}
