import {
  abortAllDurableObjects,
  createExecutionContext,
  createMessageBatch,
  getQueueResult,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { SendMessage } from "#contracts/queue-messages.ts";
import type { CampaignObject } from "#durable/campaign/object.ts";
import worker from "../../worker/index.ts";
import { aCampaignFixture, type CampaignFixture } from "./campaign-fixture.ts";
import { eventually } from "./eventually.ts";

/** What a campaign puts on the queue is kept in `caught` from now on; after a restart it must be asked again. */
export async function catchSends(fixture: CampaignFixture, caught: SendMessage[]): Promise<void> {
  await runInDurableObject(fixture.campaign, (instance: CampaignObject) => {
    instance.sendToQueue = async (messages) => void caught.push(...messages);
  });
}

/** A started campaign whose queue messages are caught instead of delivered, so that a test can deliver them as it likes. */
export async function aStartedCampaign(options: { people: number } & Parameters<typeof aCampaignFixture>[0]) {
  const fixture = await aCampaignFixture(options);
  const caught: SendMessage[] = [];
  await catchSends(fixture, caught);
  await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
  await eventually(() => expect(caught.length).toBeGreaterThanOrEqual(options.people));
  return { fixture, caught };
}

/** Hands messages to the Worker's queue consumer, as the platform does. */
export async function deliverSends(messages: SendMessage[]) {
  const batch = createMessageBatch<unknown>(
    "sends-0",
    messages.map((body, i) => ({ id: `m${i}`, timestamp: new Date(), attempts: 1, body })),
  );
  const ctx = createExecutionContext();
  await worker.queue(batch, env, ctx);
  return getQueueResult(batch, ctx);
}

/**
 * Delivers what was caught, and what is queued again, until nobody is left to be sent to: a call whose permission ran
 * out on a busy machine is made with a later message.
 */
export async function deliverAll(fixture: CampaignFixture, caught: SendMessage[]): Promise<void> {
  await eventually(async () => {
    await deliverSends([...caught]);
    const { accounting } = (await fixture.campaign.snapshot()) ?? {};
    expect(accounting).toMatchObject({ pending: 0, queued: 0, sending: 0 });
  });
}

/** Claims one message, when its line has a slot. */
export async function claimOne(
  fixture: CampaignFixture,
  claimId: string,
  { contactId, attempt }: Pick<SendMessage, "contactId" | "attempt">,
): Promise<void> {
  await eventually(async () => {
    const { claimed } = await fixture.campaign.claim({ claimId, messages: [{ contactId, attempt }] });
    expect(claimed).toHaveLength(1);
  });
}

export const statusesOf = async (fixture: CampaignFixture) => {
  const { data } = await fixture.campaign.recipients({ limit: 200 });
  return Object.groupBy(data, (row) => row.status);
};

/**
 * Lets the lease of every claim end now and the queue lose what is on it: as after a restart, when the campaign queues
 * anew whoever was not claimed.
 */
export async function endLeases(fixture: CampaignFixture, caught: SendMessage[]): Promise<void> {
  await runInDurableObject(
    fixture.campaign,
    (_, state) => void state.storage.sql.exec("update claims set lease_until = 1"),
  );
  await abortAllDurableObjects();
  await catchSends(fixture, caught);
  await fixture.campaign.ensureAlarm(fixture.tenant.tenantId, fixture.campaignId);
}
