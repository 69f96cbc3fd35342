import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { eq } from "drizzle-orm";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as schema from "#adapters/d1/schema/index.ts";
import type { SendMessage, Settlement } from "#contracts/queue-messages.ts";
import { LeasedSlots } from "#core/lines/pacing.ts";
import { CampaignObject } from "#durable/campaign/object.ts";
import { orm } from "../../support/builders.ts";
import { aCampaignFixture, type CampaignFixture } from "../../support/campaign-fixture.ts";
import { CampaignModel, CODES, type Disposition, type Try } from "../../support/campaign-model.ts";
import { recount } from "../../support/campaign-recount.ts";
import { catchSends } from "../../support/caught-campaign.ts";

/*
 * A whole campaign object in the real runtime, against a model of what its rows and its status must be. Alarms fire only
 * when a step says so, and what the object puts on the queue is kept, so that every interleaving is the test's own.
 */
const ELIGIBLE = 4;
const TIME_LIMIT_MS = 15_000;

type Plain = "tick" | "pause" | "resume" | "cancel" | "resend" | "leases end" | "waits end" | "restart";
type Step =
  | { do: Plain }
  /** Any of what was ever put on the queue, picked by place. */
  | { do: "claim"; places: number[] }
  | { do: "settle"; claim: number; disposition: Disposition; people: number }
  | { do: "status"; claim: number; person: number; type: "sent" | "delivered" | "read" | "failed" }
  | { do: "reply" | "exclude"; person: number };

const nat = fc.nat({ max: 30 });
const only = (weight: number, ...names: Plain[]) => ({
  weight,
  arbitrary: fc.constantFrom(...names).map((name): Step => ({ do: name })),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  only(6, "tick"),
  only(2, "pause", "resume", "leases end"),
  only(2, "waits end", "resend", "restart"),
  only(1, "cancel"),
  {
    weight: 6,
    arbitrary: fc.array(nat, { minLength: 1, maxLength: 6 }).map((places): Step => ({ do: "claim", places })),
  },
  {
    weight: 6,
    arbitrary: fc.record<Step & { do: "settle" }>({
      do: fc.constant("settle"),
      claim: nat,
      disposition: fc.constantFrom("accepted", "accepted", "lost", "released", "refused", "refused_for_now"),
      people: fc.integer({ min: 1, max: ELIGIBLE }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record<Step & { do: "status" }>({
      do: fc.constant("status"),
      claim: nat,
      person: nat,
      type: fc.constantFrom("sent", "delivered", "read", "failed"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record<Step & { do: "reply" | "exclude" }>({
      do: fc.constantFrom("reply", "exclude"),
      person: nat,
    }),
  },
);

const tick = CampaignObject.prototype.alarm;
beforeEach(() => {
  vi.spyOn(CampaignObject.prototype, "alarm").mockImplementation(async () => undefined);
  // There is no time here: a line always has a slot now. How slots are kept has tests of its own.
  vi.spyOn(LeasedSlots.prototype, "next").mockImplementation((now) => now);
  vi.spyOn(LeasedSlots.prototype, "left").mockReturnValue(1_000);
});
afterEach(() => void vi.restoreAllMocks());

/** One campaign under test: the object, the model, and the fixture around them. */
class Play {
  readonly caught: SendMessage[] = [];
  readonly claims: { claimId: string; people: Try[]; dispositions: Map<string, Disposition> }[] = [];
  /** Tries that were ever claimed. */
  readonly claimed = new Set<string>();
  /** How often a person said that somebody may be sent to again. */
  readonly allowed = new Map<string, number>();
  clock = Date.now();

  private constructor(
    readonly fixture: CampaignFixture,
    readonly model: CampaignModel,
    readonly people: string[],
  ) {}

  static async begin(): Promise<Play> {
    const fixture = await aCampaignFixture({
      people: ELIGIBLE + 1,
      contact: (i) => (i === 0 ? { optInStatus: "unknown" } : {}),
    });
    // A stop for too many failures would be one more thing to foresee; it has tests of its own.
    await orm
      .update(schema.tenants)
      .set({ settings: { failureRateThreshold: 1 } })
      .where(eq(schema.tenants.id, fixture.tenant.tenantId));
    await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
    while ((await fixture.campaign.snapshot())?.status !== "running") await fire(fixture);
    const { data } = await fixture.campaign.recipients({ limit: 50, status: "pending" });
    const people = data.map((row) => row.contactId).sort();
    const play = new Play(fixture, new CampaignModel(people), people);
    await catchSends(fixture, play.caught);
    return play;
  }

  async do(step: Step): Promise<void> {
    const { fixture, model } = this;
    switch (step.do) {
      case "tick": {
        const before = this.caught.length;
        await fire(fixture);
        // Whoever waits for long is put on the queue once more, as the same try.
        const known = new Set(this.caught.slice(0, before).map(keyOf));
        const queued = this.caught
          .slice(before)
          .filter((message) => !known.has(keyOf(message)) || !model.row(message.contactId).queued)
          .map(({ contactId, attempt }) => ({ contactId, attempt }));
        expect(byContact(queued)).toEqual(byContact(model.tick()));
        await this.#saysWhatItWaitsFor();
        break;
      }
      case "pause":
        await fixture.campaign.pause("by_user");
        model.pause();
        break;
      case "resume":
        await fixture.campaign.resume();
        model.resume();
        break;
      case "cancel":
        await fixture.campaign.cancel();
        model.cancel();
        break;
      case "resend": {
        const answer = await fixture.campaign.resend(null);
        const again = model.resend();
        if (answer.ok) expect(answer.value).toEqual({ resent: again.length, withheld: 0 });
        for (const contactId of again) this.allowed.set(contactId, (this.allowed.get(contactId) ?? 0) + 1);
        break;
      }
      case "leases end":
        await this.#sql("update claims set lease_until = 1");
        model.leasesEnd();
        break;
      case "waits end":
        await this.#sql(`update recipients set not_before = ${Date.now()} where not_before > 0`);
        model.waitsEnd();
        break;
      case "restart":
        await abortAllDurableObjects();
        await catchSends(fixture, this.caught);
        model.forgetQueue();
        break;
      case "claim":
        await this.claim(step.places.flatMap((place) => this.caught[place % this.caught.length] ?? []));
        break;
      case "settle": {
        const claim = this.claims[step.claim % this.claims.length];
        if (claim) await this.settle(claim, claim.people.slice(0, step.people), step.disposition);
        break;
      }
      case "status":
        await this.#status(step);
        break;
      case "reply": {
        const contactId = this.#person(step.person);
        const at = ++this.clock;
        const update = {
          type: "replied",
          at,
          messageId: `in.${contactId}.${at}`,
          contextId: null,
          kind: "text",
          channel: "idr",
        } as const;
        const answer = await fixture.campaign.applyEvents(fixture.tenant.tenantId, [{ contactId, update }]);
        const match = model.reply(contactId, at);
        expect(answer).toEqual({ declined: match === "declined" ? [0] : [], early: match === "early" ? [0] : [] });
        break;
      }
      case "exclude":
        await fixture.campaign.exclude([this.#person(step.person)], "optedOut");
        model.exclude(this.#person(step.person));
    }
    await this.#check();
  }

  async claim(messages: Try[]): Promise<void> {
    const claimId = `clm_${this.claims.length}`;
    const asked = messages.map(({ contactId, attempt }) => ({ contactId, attempt }));
    const { claimed } = await this.fixture.campaign.claim({ claimId, messages: asked });
    const people = claimed.map(({ contactId, attempt }) => ({ contactId, attempt }));
    if (this.model.status !== "running") expect(people).toEqual([]);
    expect(byContact(people)).toEqual(byContact(this.model.claim(claimId, asked)));
    for (const { contactId, attempt } of people) {
      expect(this.claimed.has(`${contactId}/${attempt}`), "claimed twice for one try").toBe(false);
      this.claimed.add(`${contactId}/${attempt}`);
    }
    if (people.length > 0) this.claims.push({ claimId, people, dispositions: new Map() });
  }

  async settle({ claimId, dispositions }: Play["claims"][number], people: Try[], wanted: Disposition): Promise<void> {
    const at = ++this.clock;
    const settlements = people.map(({ contactId }): Settlement => {
      // The same again when it was told before; and what a webhook has spoken of was not refused.
      const disposition = dispositions.get(contactId) ?? wanted;
      dispositions.set(contactId, disposition);
      const messageId = `wamid.${claimId}.${contactId}`;
      this.model.settle(claimId, contactId, disposition, at, messageId);
      if (disposition === "accepted") return { contactId, outcome: "accepted", messageId, at, held: false };
      if (disposition === "lost") return { contactId, outcome: "lost", at };
      if (disposition === "released") return { contactId, outcome: "released", retryAt: 0, reason: "" };
      return { contactId, outcome: "refused", at, code: CODES[disposition], detail: "" };
    });
    await this.fixture.campaign.settle(claimId, settlements);
    // However long the wait is: it ends when a step says so.
    await this.#sql(`update recipients set not_before = 9000000000000000 where not_before > ${Date.now() + 1_000}`);
  }

  async #status({ claim, person, type }: Extract<Step, { do: "status" }>): Promise<void> {
    const found = this.claims[claim % this.claims.length];
    const contactId = found?.people[person % found.people.length]?.contactId;
    if (!found || contactId === undefined) return;
    const disposition = found.dispositions.get(contactId) ?? "lost";
    if (disposition !== "accepted" && disposition !== "lost") return;
    found.dispositions.set(contactId, disposition);
    const messageId = `wamid.${found.claimId}.${contactId}`;
    const at = ++this.clock;
    if (type === "failed") {
      const failure = { type, at, messageId, code: CODES.refused, detail: "" } as const;
      await this.fixture.campaign.applyEvents(this.fixture.tenant.tenantId, [{ contactId, update: failure }]);
      this.model.event(contactId, failure);
    } else {
      const update = { type, at, messageId, charged: null } as const;
      await this.fixture.campaign.applyEvents(this.fixture.tenant.tenantId, [{ contactId, update }]);
      this.model.event(contactId, { type, at, messageId });
    }
  }

  /** Whatever has happened: with nothing in its way any more the campaign comes to an end, and nobody is left over. */
  async end(): Promise<void> {
    await this.do({ do: "resume" });
    for (let round = 0; round < 12 && this.model.status === "running"; round++) {
      await this.do({ do: "leases end" });
      await this.do({ do: "waits end" });
      await this.do({ do: "tick" });
      await this.claim(this.caught);
      for (const claim of this.claims) await this.settle(claim, claim.people, "accepted");
    }
    await this.do({ do: "tick" });
    const { status, accounting } = (await this.fixture.campaign.snapshot()) ?? {};
    expect(["completed", "cancelled"]).toContain(status);
    expect(accounting).toMatchObject({ pending: 0, queued: 0, ...(status === "completed" ? { sending: 0 } : {}) });
  }

  /** Nobody waits unseen: a campaign that has people left and nothing under way says why. */
  async #saysWhatItWaitsFor(): Promise<void> {
    const { accounting, waiting, status } = (await this.fixture.campaign.snapshot()) ?? {};
    if (!accounting || status === "cancelled" || accounting.queued + accounting.sending > 0) return;
    if (accounting.pending > 0) expect(waiting).not.toEqual([]);
    else if (status === "completed") expect(waiting).toEqual([]);
  }

  async #check(): Promise<void> {
    const { fixture, model } = this;
    expect((await fixture.campaign.snapshot())?.status).toBe(model.status);
    const rows = (await recount(fixture)).filter(({ contactId }) => model.rows.has(contactId));
    const expected = this.people.map((contactId) => {
      const { status, attempt, claimId, messageId } = model.row(contactId);
      return { contactId, status, attempt, claimId, messageId };
    });
    expect(rows).toEqual(expected);
    for (const contactId of this.people) {
      const dispositions = this.claims.flatMap(({ people, dispositions }) =>
        people.some((each) => each.contactId === contactId) ? [dispositions.get(contactId) ?? "unsettled"] : [],
      );
      const mayHaveLeft = dispositions.filter(
        (disposition) => disposition === "accepted" || disposition === "lost" || disposition === "unsettled",
      ).length;
      expect(mayHaveLeft, "sends that may have left for one person").toBeLessThanOrEqual(
        1 + (this.allowed.get(contactId) ?? 0),
      );
    }
  }

  #person = (nth: number) => this.people[nth % this.people.length] ?? "";
  #sql = (query: string) =>
    runInDurableObject(this.fixture.campaign, (_, { storage: { sql } }) => void sql.exec(query));
}

const fire = (fixture: CampaignFixture) =>
  runInDurableObject(fixture.campaign, (instance: CampaignObject) => tick.call(instance));
const keyOf = ({ contactId, attempt }: Try) => `${contactId}/${attempt}`;
const byContact = (tries: Try[]) => tries.toSorted((a, b) => (a.contactId < b.contactId ? -1 : 1));

test("whatever interleaving of sends, webhooks, people and crashes: rows as the model says, counts as the rows, nobody twice, nobody stuck", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30, size: "max" }), async (steps) => {
      const play = await Play.begin();
      for (const each of steps) await play.do(each);
      await play.end();
    }),
    { numRuns: 60, interruptAfterTimeLimit: TIME_LIMIT_MS },
  );
});
