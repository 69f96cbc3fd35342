import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type ActiveScenario, applyScenarios, type Call, scenarioSchema } from "../simulator/scenarios.ts";
import { aviso, Fixture, person } from "./fixture.ts";
import { Receiver } from "./receiver.ts";

const active = (...scenarios: object[]): ActiveScenario[] =>
  scenarios.map((scenario) => ({ ...scenarioSchema.parse(scenario), putAtMs: 1_000, seen: 0, fired: 0 }));
const call = (more: Partial<Call> = {}): Call => ({
  phoneId: "1",
  to: "55",
  callbackData: null,
  atMs: 1_000,
  ...more,
});

/** Numbers (from 1) of the calls at which the first scenario fired. */
function firings(scenarios: ActiveScenario[], calls: Call[]): number[] {
  let state = scenarios;
  return calls.flatMap((one, at) => {
    const { faults, scenarios: after } = applyScenarios(state, one, "1");
    state = after;
    return faults.fired.includes(0) ? [at + 1] : [];
  });
}
const never = { kind: "never" };
const ten = Array.from({ length: 10 }, () => call());

describe("a scenario fires", () => {
  it("at the nth call, at every so-manieth, and at most so often", () => {
    expect(firings(active({ match: { nth: 3 }, fault: never }), ten)).toEqual([3]);
    expect(firings(active({ match: { every: 4 }, fault: never }), ten)).toEqual([4, 8]);
    expect(firings(active({ match: { count: 2 }, fault: never }), ten)).toEqual([1, 2]);
    expect(firings(active({ match: { every: 2, count: 3 }, fault: never }), ten)).toEqual([2, 4, 6]);
  });

  it("only for its number, its person, its campaign and its time", () => {
    const calls = [call(), call({ phoneId: "2" }), call({ to: "66" }), call({ atMs: 1_500 }), call({ atMs: 2_000 })];
    expect(firings(active({ match: { phoneId: "2" }, fault: never }), calls)).toEqual([2]);
    expect(firings(active({ match: { to: "66" }, fault: never }), calls)).toEqual([3]);
    const written = active({ match: { to: "+55 (11) 98765-4321" }, fault: never });
    expect(firings(written, [call(), call({ to: "5511987654321" })])).toEqual([2]);
    expect(firings(active({ match: { fromMs: 500, toMs: 1000 }, fault: never }), calls)).toEqual([4]);
    const ofCampaigns = [call(), call({ callbackData: "c:7;r:1" }), call({ callbackData: "c:8;r:1" })];
    expect(firings(active({ match: { callback: "c:7;" }, fault: never }), ofCampaigns)).toEqual([2]);
  });

  it("for a share of calls, the same ones in every run", () => {
    const calls = Array.from({ length: 2000 }, () => call());
    const scenario = { match: { share: 0.1 }, fault: never };
    const first = firings(active(scenario), calls);
    expect(firings(active(scenario), calls)).toEqual(first);
    expect(Math.abs(first.length - 200)).toBeLessThan(50);
  });

  it("for the same calls wherever it stands among others, when it has a name", () => {
    const named = { name: "mine", match: { share: 0.5 }, fault: never };
    const alone = active(named);
    const beside = active({ name: "other", match: { phoneId: "2" }, fault: never }, named);
    const firedOf = (scenarios: ActiveScenario[], position: number) => {
      let state = scenarios;
      return ten.map((one) => {
        const { faults, scenarios: after } = applyScenarios(state, one, "1");
        state = after;
        return faults.fired.includes(position);
      });
    };
    expect(firedOf(beside, 1)).toEqual(firedOf(alone, 0));
  });

  it("alone, when two would decide the same answer, and the second keeps its turn", () => {
    const both = active(
      { fault: { kind: "html_502" }, match: { count: 1 } },
      { fault: { kind: "hang" }, match: { count: 1 } },
    );
    const first = applyScenarios(both, call(), "1");
    expect([first.faults.answer?.kind, first.faults.fired]).toEqual(["html_502", [0]]);
    const second = applyScenarios(first.scenarios, call(), "1");
    expect([second.faults.answer?.kind, second.faults.fired]).toEqual(["hang", [1]]);
  });

  it("never more often than it was looked at", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), (one, every, count) => {
        let state = active({ match: { share: one, every, count }, fault: never });
        for (const next of ten) state = applyScenarios(state, next, "1").scenarios;
        expect(state[0]?.seen).toBe(10);
        expect(state[0]?.fired).toBeLessThanOrEqual(Math.min(count, Math.floor(10 / every)));
      }),
    );
  });
});

const everythingRead = {
  unreachable: 0,
  capped: 0,
  experiment: 0,
  neverDelivered: 0,
  read: 1,
  readAtOnce: 0,
  replied: 0,
};

/** A simulator in which every message is read, with one fault for its first call. */
async function fixtureWith(fault: object): Promise<{ fixture: Fixture; receiver: Receiver }> {
  const fixture = await Fixture.create();
  await fixture.control("PUT", "/behaviour", everythingRead);
  await fixture.control("PUT", "/scenarios", [{ match: { nth: 1 }, fault }]);
  return { fixture, receiver: new Receiver(fixture) };
}
const accepted = async (fixture: Fixture): Promise<number> => {
  const summary = z.object({ accepted: z.number() });
  return summary.parse(await (await fixture.control("GET", "/summary")).json()).accepted;
};
const post = (fixture: Fixture) => fixture.graph("POST", `/${fixture.phoneId}/messages`, aviso(person(1)));

describe("an answer", () => {
  it("can be cut after the message was accepted, and the message still goes its way", async () => {
    const { fixture, receiver } = await fixtureWith({ kind: "accept_then_cut" });
    const response = await post(fixture);
    await expect(response.text()).rejects.toThrow();
    await receiver.until((r) => r.statuses().length === 3);
    expect(await accepted(fixture)).toBe(1);
  });

  it("can be a gateway's page, with or without acceptance", async () => {
    for (const wasAccepted of [false, true]) {
      const { fixture } = await fixtureWith({ kind: "html_502", accepted: wasAccepted });
      const response = await post(fixture);
      expect([response.status, response.headers.get("content-type")]).toEqual([502, "text/html; charset=utf-8"]);
      expect(await response.text()).toContain("<html>");
      expect(await accepted(fixture)).toBe(wasAccepted ? 1 : 0);
    }
  });

  it("can be a server error of Meta's", async () => {
    const { fixture } = await fixtureWith({ kind: "http_5xx" });
    const response = await post(fixture);
    expect([response.status, await response.json()]).toMatchObject([503, { error: { code: 131016 } }]);
    expect(await accepted(fixture)).toBe(0);
  });

  it("can be any error code, which is then in the record of refusals", async () => {
    const { fixture } = await fixtureWith({ kind: "error", code: 131056, details: "slow down" });
    const response = await post(fixture);
    expect([response.status, await response.json()]).toMatchObject([
      403,
      { error: { code: 131056, error_data: { details: "slow down" } } },
    ]);
    const refusals = await (await fixture.control("GET", "/refusals")).json();
    expect(refusals).toMatchObject({ data: [{ code: 131056, to: person(1), template: "aviso" }] });
    expect((await post(fixture)).status).toBe(200);
  });

  it("can be late, or not come at all", async () => {
    const { fixture: slow } = await fixtureWith({ kind: "delay", ms: 150 });
    const before = Date.now();
    expect((await post(slow)).status).toBe(200);
    expect(Date.now() - before).toBeGreaterThanOrEqual(150);

    const { fixture: silent, receiver } = await fixtureWith({ kind: "hang", accepted: true });
    const answer = post(silent).then(() => "answered");
    await receiver.until((r) => r.statuses().length === 3);
    expect(await Promise.race([answer, Promise.resolve("nothing")])).toBe("nothing");
  });

  it("can say that the message is held, which then fails or is released", async () => {
    const { fixture, receiver } = await fixtureWith({ kind: "held", ms: 30, code: 132015 });
    const { body } = await fixture.send(aviso(person(1)));
    expect(body.messages?.[0]?.message_status).toBe("held_for_quality_assessment");
    await receiver.until((r) => r.statuses().length === 1);
    expect(receiver.statuses()[0]).toMatchObject({ status: "failed", errors: [{ code: 132015 }] });

    const { fixture: other, receiver: released } = await fixtureWith({ kind: "held", ms: 30 });
    await other.accepted(aviso(person(1)));
    await released.until((r) => r.statuses().length === 3);
  });
});

describe("a lasting change", () => {
  /** Codes of two calls after one that was accepted. */
  async function codesWith(fault: object) {
    const fixture = await Fixture.create();
    await fixture.control("PUT", "/scenarios", [{ match: { nth: 2 }, fault }]);
    await fixture.accepted(aviso(person(1)));
    const calls = [await fixture.send(aviso(person(2))), await fixture.send(aviso(person(3)))];
    return { fixture, codes: calls.map(({ body }) => body.error?.code) };
  }

  it("takes the token from a number in the middle of its sends, until it is restored", async () => {
    const { fixture, codes } = await codesWith({ kind: "token_revoked" });
    expect(codes).toEqual([190, 190]);
    await fixture.control("PATCH", `/phones/${fixture.phoneId}`, { tokenRevoked: false });
    await fixture.accepted(aviso(person(4)));
  });

  it("blocks a number, with the code asked for", async () => {
    const { fixture, codes } = await codesWith({ kind: "number_blocked", code: 131031 });
    expect(codes).toEqual([131031, 131031]);
    await fixture.control("PATCH", `/phones/${fixture.phoneId}`, { blocked: false });
    await fixture.accepted(aviso(person(4)));
  });

  it("pauses the template of the call, and tells it", async () => {
    const fixture = await Fixture.create();
    const receiver = new Receiver(fixture);
    await fixture.control("PUT", "/scenarios", [{ fault: { kind: "template_paused" } }]);
    for (const n of [1, 2]) expect((await fixture.send(aviso(person(n)))).body.error?.code).toBe(132015);
    await receiver.until((r) => r.fields("message_template_status_update").length === 1);
    expect(receiver.fields("message_template_status_update")[0]).toMatchObject({ event: "PAUSED" });
  });
});

describe("webhooks", () => {
  it("can bring a failure after acceptance", async () => {
    const { fixture, receiver } = await fixtureWith({ kind: "async_failed", code: 131053 });
    await fixture.accepted(aviso(person(1)));
    await receiver.untilQuiet();
    expect(receiver.statuses()).toMatchObject([{ status: "failed", errors: [{ code: 131053 }] }]);
  });

  it("can come twice", async () => {
    const { fixture, receiver } = await fixtureWith({ kind: "doubled" });
    await fixture.accepted(aviso(person(1)));
    await receiver.untilQuiet();
    const kinds = receiver.statuses().map((status) => status.status);
    expect(kinds.sort()).toEqual(["delivered", "delivered", "read", "read", "sent", "sent"]);
    const summary = await (await fixture.control("GET", "/summary")).json();
    expect(summary).toMatchObject({ told: { sent: 1, delivered: 1, read: 1 } });
  });

  it("can come in reverse, each with its true time", async () => {
    const { fixture, receiver } = await fixtureWith({ kind: "reversed" });
    await fixture.accepted(aviso(person(1)));
    await receiver.untilQuiet();
    expect(receiver.statuses().map((status) => status.status)).toEqual(["read", "delivered", "sent"]);
    const times = receiver.statuses().map((status) => Number(status.timestamp));
    expect(times[0]).toBeGreaterThanOrEqual(times[2] ?? 0);
  });

  it("can come before the answer", async () => {
    const { fixture, receiver } = await fixtureWith({ kind: "before_answer" });
    const wamid = await fixture.accepted(aviso(person(1)));
    expect(receiver.statuses()[0]).toMatchObject({ id: wamid, status: "sent" });
  });

  it("can stay out, or come later than they would", async () => {
    const { fixture, receiver } = await fixtureWith({ kind: "never" });
    await fixture.accepted(aviso(person(1)));
    await receiver.untilQuiet();
    expect(receiver.posts).toEqual([]);

    const { fixture: late, receiver: patient } = await fixtureWith({ kind: "late", ms: 300 });
    const before = Date.now();
    await late.accepted(aviso(person(1)));
    await patient.until((r) => r.statuses().length > 0);
    expect(Date.now() - before).toBeGreaterThanOrEqual(300);
  });
});

describe("the scenarios in force", () => {
  it("count the calls they saw and the times they fired", async () => {
    const fixture = await Fixture.create();
    await fixture.control("PUT", "/scenarios", [{ name: "cut", match: { every: 2 }, fault: { kind: "html_502" } }]);
    for (let n = 0; n < 5; n++) await post(fixture);
    expect(await (await fixture.control("GET", "/scenarios")).json()).toMatchObject({
      data: [{ name: "cut", seen: 5, fired: 2 }],
    });
  });

  it("can be joined by others and leave by name, and those that stay keep their counts", async () => {
    const fixture = await Fixture.create();
    await fixture.control("PUT", "/scenarios", [{ name: "first", match: { nth: 9 }, fault: never }]);
    await post(fixture);
    await fixture.control("POST", "/scenarios", [{ name: "second", fault: { kind: "html_502" } }]);
    expect((await post(fixture)).status).toBe(502);
    expect(await (await fixture.control("DELETE", "/scenarios?name=second")).json()).toMatchObject({
      data: [{ name: "second", seen: 1, fired: 1 }],
    });
    expect((await post(fixture)).status).toBe(200);
    expect(await (await fixture.control("GET", "/scenarios")).json()).toMatchObject({
      data: [{ name: "first", seen: 3, fired: 0 }],
    });
  });

  it("are not looked at by calls that would be refused anyway", async () => {
    const { fixture } = await fixtureWith({ kind: "html_502" });
    expect((await fixture.send(aviso("onze"))).body.error?.code).toBe(131009);
    expect((await post(fixture)).status).toBe(502);
  });

  it("are refused when they make no sense", async () => {
    const fixture = await Fixture.create();
    for (const wrong of [[{ fault: { kind: "explode" } }], [{ match: { who: 1 }, fault: never }], {}])
      expect((await fixture.control("PUT", "/scenarios", wrong)).status).toBe(400);
  });
});
