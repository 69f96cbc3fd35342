import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decide, memberFacts } from "#core/audience/eligibility.ts";
import { type Deps, makeDeps } from "#deps.ts";
import { noteUsers } from "#services/audience/blocks.ts";
import { anAudience, aTenant, newId, type TestTenant } from "../../support/builders.ts";
import { firstOf } from "../../support/campaigns.ts";
import { anUpload, runImport } from "../../support/imports.ts";

/*
 * Histories of blocks, consent, imports and deletions against a model of who may be written to. At each moment the
 * catalogue's own answers must agree with it: the page that checks and preparation decide by, what a resend asks, and what
 * a campaign under way looks for.
 */
const TIME_LIMIT_MS = 20_000;
const MINUTE_MS = 60_000;
const PEOPLE = [0, 1, 2];
const SEGMENTS = ["seg_1", "seg_2"];
const DOCUMENTS = ["52998224725", "11144477735"];
const phoneOf = (person: number) => `+5511961234${560 + person}`;
const userOf = (person: number) => `BR.user${person}`;

type Step =
  | { do: "block"; by: "phone" | "userId"; person: number; segmentId: string | null; minutes: number | null }
  | { do: "block document"; document: string; segmentId: string | null; minutes: number | null }
  | { do: "end"; place: number }
  | { do: "wait"; minutes: number }
  | { do: "import"; person: number; document: string; optIn: "sim" | "não" | "" }
  | { do: "opt in" | "opt out" | "write" | "delete"; person: number };

const person = fc.constantFrom(...PEOPLE);
const reach = {
  segmentId: fc.constantFrom(null, ...SEGMENTS),
  minutes: fc.constantFrom(null, 1, 5),
};
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("block"), by: fc.constantFrom("phone", "userId"), person, ...reach }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("block document"), document: fc.constantFrom(...DOCUMENTS), ...reach }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("end"), place: fc.nat({ max: 5 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait"), minutes: fc.constantFrom(1, 4) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("import"),
      person,
      document: fc.constantFrom("", ...DOCUMENTS),
      optIn: fc.constantFrom("sim", "sim", "não", ""),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom("opt in", "opt in", "opt out", "write", "delete"), person }),
  },
) as fc.Arbitrary<Step>;

interface KnownContact {
  id: string;
  document: string | null;
  consent: "granted" | "revoked" | "unknown";
  userIsKnown: boolean;
}
interface KnownBlock {
  id: string;
  phone: string | null;
  document: string | null;
  segmentId: string | null;
  until: number | null;
}

class History {
  now = Date.now();
  readonly contacts = new Map<number, KnownContact>();
  /** Those by user too: `phone` is set once it is known whose it is. */
  blocks: (KnownBlock & { user: number | null })[] = [];
  readonly deps: Deps = { ...makeDeps(env), now: () => this.now };

  constructor(
    readonly tenant: TestTenant,
    readonly audienceId: string,
  ) {}

  get store() {
    return this.deps.store(this.tenant.tenantId);
  }

  isBlocked(person: number, segmentId: string | null): boolean {
    const document = this.contacts.get(person)?.document ?? null;
    return this.blocks.some(
      (block) =>
        (block.until === null || block.until > this.now) &&
        (block.segmentId === null || block.segmentId === segmentId) &&
        (block.phone === phoneOf(person) || (document !== null && block.document === document)),
    );
  }

  async take(step: Step): Promise<void> {
    // A clock that moves, so that no two words are said in one millisecond.
    this.now += 1;
    switch (step.do) {
      case "block":
        return step.by === "phone"
          ? this.#block(step, { phone: phoneOf(step.person), document: null, userId: null }, null)
          : this.#block(step, { phone: null, document: null, userId: userOf(step.person) }, step.person);
      case "block document":
        return this.#block(step, { phone: null, document: step.document, userId: null }, null);
      case "end": {
        const [ended] = this.blocks.splice(step.place, 1);
        if (ended) expect(await this.store.blocks.remove(ended.id)).toBe(true);
        return;
      }
      case "wait":
        this.now += step.minutes * MINUTE_MS;
        return;
      case "import":
        return this.#import(step);
      case "write":
        await noteUsers(this.deps, this.tenant.tenantId, [
          { phone: phoneOf(step.person), userId: userOf(step.person) },
        ]);
        for (const block of this.blocks) if (block.user === step.person) block.phone = phoneOf(step.person);
        this.#change(step.person, { userIsKnown: true });
        return;
      case "delete": {
        const gone = this.contacts.get(step.person);
        this.contacts.delete(step.person);
        if (!gone) return;
        const blockId = newId("blk");
        await this.store.contacts.remove(gone.id, { blockId, now: this.now });
        // The no outlives the contact.
        if (gone.consent === "revoked") {
          const user = gone.userIsKnown ? step.person : null;
          const block = { id: blockId, phone: phoneOf(step.person), document: null, segmentId: null, until: null };
          this.blocks.push({ ...block, user });
        }
        return;
      }
      default:
        return this.#say(step.do, step.person);
    }
  }

  async #block(
    { segmentId, minutes }: { segmentId: string | null; minutes: number | null },
    keys: { phone: string | null; document: string | null; userId: string | null },
    user: number | null,
  ): Promise<void> {
    const until = minutes === null ? null : this.now + minutes * MINUTE_MS;
    const id = newId("blk");
    await this.store.blocks.create({ ...keys, id, segmentId, until, reason: "any", contract: null, now: this.now });
    const phone = user !== null && this.contacts.get(user)?.userIsKnown ? phoneOf(user) : keys.phone;
    this.blocks.push({ id, phone, document: keys.document, segmentId, until, user });
  }

  async #import({ person, document, optIn }: Step & { do: "import" }): Promise<void> {
    const file = `NumeroTelefone;CpfCnpj;OptIn\n${phoneOf(person)};${document};${optIn}\n`;
    const { id } = await anUpload(this.tenant, this.audienceId, file);
    await runImport(this.tenant, id, { deps: this.deps });
    const [row] = (await this.store.contacts.list({ phone: phoneOf(person), limit: 1 })).data;
    const before = this.contacts.get(person);
    const said = before?.consent ?? "unknown";
    this.contacts.set(person, {
      id: row?.id ?? "",
      document: document || (before?.document ?? null),
      // A yes without a date counts only while nobody has said anything.
      consent: optIn === "não" ? "revoked" : optIn === "sim" && said === "unknown" ? "granted" : said,
      userIsKnown: before?.userIsKnown ?? false,
    });
  }

  async #say(word: "opt in" | "opt out", person: number): Promise<void> {
    const contact = this.contacts.get(person);
    if (!contact) return;
    const change = { eventId: newId("cns"), source: "test", channel: "api" as const, at: "now" as const };
    if (word === "opt in") await this.store.contacts.optIn(contact.id, change, this.now);
    else await this.store.contacts.optOut([contact.id], change, null, this.now);
    this.#change(person, { consent: word === "opt in" ? "granted" : "revoked" });
  }

  #change(person: number, change: Partial<KnownContact>): void {
    const contact = this.contacts.get(person);
    if (contact) this.contacts.set(person, { ...contact, ...change });
  }
}

async function agrees(history: History, segmentId: string | null): Promise<void> {
  const { now, audienceId, store } = history;
  const { data: page } = await store.contacts.pageForCampaign({
    ...firstOf({ audienceId, segmentId }, 10),
    now,
  });
  const people = [...history.contacts.keys()];
  const ids = people.map((person) => history.contacts.get(person)?.id ?? "");
  expect(page.map(({ id }) => id).sort()).toEqual(ids.toSorted());
  const among = await store.blocks.among(ids, { segmentId, now });
  const covered = new Set(await store.blocks.coveredSince({ since: 0, segmentId, now }));
  for (const person of people) {
    const known = history.contacts.get(person);
    const contact = page.find(({ id }) => id === known?.id);
    if (!known || !contact) throw new Error("a member is missing");
    const isBlocked = history.isBlocked(person, segmentId);
    expect([contact.blocked, among.has(known.id), covered.has(known.id)]).toEqual([isBlocked, isBlocked, isBlocked]);
    const decision = decide(contact, { ...memberFacts(contact, new Set()), filter: null, now, missingVariables: [] });
    expect(decision === null).toBe(known.consent === "granted" && !isBlocked);
  }
}

test("whatever the history of blocks, consent, imports and deletions, nobody is chosen who must not be", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 14 }), async (steps) => {
      const tenant = await aTenant();
      const history = new History(tenant, (await anAudience(tenant)).id);
      for (const each of steps) {
        await history.take(each);
        for (const segmentId of [null, ...SEGMENTS]) await agrees(history, segmentId);
      }
    }),
    { numRuns: 60, interruptAfterTimeLimit: TIME_LIMIT_MS, markInterruptAsFailure: false },
  );
});
