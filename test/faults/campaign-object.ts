import type { ClaimRequest, RecipientUpdate } from "#contracts/campaign-rpc.ts";
import type { Settlement } from "#contracts/queue-messages.ts";
import { CampaignObject } from "#durable/campaign/object.ts";
import type { Env } from "#env.ts";
import { type Work, watched } from "./bindings.ts";
import { between } from "./checkpoints.ts";

/**
 * The product's campaign object with a checkpoint before and after each thing it is asked. A checkpoint is a call to
 * the outside, which the platform holds back until what was written is on disk: "after" means committed, not answered.
 */
export class WatchedCampaign extends CampaignObject {
  readonly #work: Work;

  constructor(ctx: DurableObjectState, env: Env) {
    const work: Work = { name: "idle" };
    super(ctx, watched(env, work));
    this.#work = work;
  }

  /** The points of a tick are named by what the campaign is at: `preparing.d1.before`, `running.enqueue.after`. */
  override async alarm(): Promise<void> {
    const phase = (await super.snapshot())?.status ?? "unborn";
    this.#work.name = phase;
    await between(`${phase}.alarm`, () => super.alarm());
  }

  override start(tenantId: string, campaignId: string): Promise<void> {
    this.#work.name = "start";
    return between("start", () => super.start(tenantId, campaignId));
  }

  override claim(request: ClaimRequest) {
    return between("claim", () => super.claim(request));
  }

  override settle(claimId: string, settlements: Settlement[]): Promise<void> {
    return between("settle", () => super.settle(claimId, settlements));
  }

  override applyEvents(tenantId: string, events: RecipientUpdate[]) {
    return between("applyEvents", () => super.applyEvents(tenantId, events));
  }

  override pause(reason: string) {
    return between("pause", () => super.pause(reason));
  }

  override resume() {
    return between("resume", () => super.resume());
  }

  override cancel() {
    return between("cancel", () => super.cancel());
  }
}
