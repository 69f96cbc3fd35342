import { setTimeout as sleep } from "node:timers/promises";
import { Refused } from "./api.mjs";
import { scenariosFor } from "./incidents.mjs";
import { heal } from "./operator.mjs";

const LOOK_EVERY_MS = 1_200;
/** A campaign that waits longer without a step is looked after: a pinned recipient's line may be down. */
const STANDS_STILL_MS = 12_000;
const MOST_LAUNCHES = 20;
/** Some ten minutes. */
const MOST_LOOKS = 450;

/** Runs one campaign of the plan to its end; answers what was seen of it. `problems` should stay empty. */
export async function runCampaign(fixture, plan, campaign) {
  const house = fixture.houses[campaign.house];
  const run = {
    ...{ campaign, house, audience: house.audiences[campaign.audience], id: "", problems: [] },
    /** Filled in by the verdict. */
    ...{ rows: [], record: { messages: [], refusals: [] } },
    ...{ fired: [], pauses: [], silences: [], cancelledAt: null, status: "draft", looks: 0, tookMs: 0 },
  };
  const startedAt = Date.now();
  try {
    run.id = await create(fixture, house, campaign);
    const name = `${plan.seed}/${campaign.index}`;
    const scenarios = scenariosFor(name, run.id, campaign.faults);
    await fixture.control("POST", "/scenarios", scenarios);
    await launch(fixture, run);
    await follow(fixture, run);
    for (const scenario of scenarios) {
      const { data } = await fixture.control("DELETE", `/scenarios?name=${encodeURIComponent(scenario.name)}`);
      for (const { fault, fired } of data)
        run.fired.push({ kind: fault.code ? `${fault.kind} ${fault.code}` : fault.kind, fired });
    }
  } catch (error) {
    run.problems.push(error.message);
  }
  run.tookMs = Date.now() - startedAt;
  return run;
}

async function create({ api }, house, campaign) {
  const variables =
    campaign.template === "boas_vindas"
      ? { "body.primeiro_nome": { field: "firstName", fallback: "-" } }
      : { "body.1": { field: "firstName", fallback: "-" }, "body.2": { field: "attributes.Valor", fallback: "-" } };
  const { id } = await api("POST", "/v1/campaigns", {
    name: campaign.name,
    segmentId: house.segmentId,
    audienceId: house.audiences[campaign.audience].id,
    templateId: house.templateIds.get(campaign.template),
    variables,
    sender: { mode: "prospect" },
    startAt: campaign.startsInMs === null ? null : new Date(Date.now() + campaign.startsInMs).toISOString(),
    pacing: campaign.pacing,
    inService: campaign.leavesOutInService ? { mode: "exclude", withinMinutes: 60 } : { mode: "include" },
  });
  return id;
}

/**
 * A launch that was not answered may have happened. One that the preflight refuses meets a start that has passed
 * meanwhile, or lines and templates that another campaign of the house has lost: both can be mended.
 */
async function launch(fixture, { id, house }) {
  const { api } = fixture;
  for (let tries = 1; ; tries += 1) {
    try {
      await api("POST", `/v1/campaigns/${id}/launch`);
      return;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if ((await api("GET", `/v1/campaigns/${id}`)).status !== "draft") return;
      if (tries === MOST_LAUNCHES) throw error;
      await api("PATCH", `/v1/campaigns/${id}`, { startAt: null });
      await heal(fixture, house);
    }
  }
}

/** Looks at the campaign until it is over, does what people do, and holds its accounts to balance at every look. */
async function follow(fixture, run) {
  const { api } = fixture;
  const orders = [...run.campaign.orders];
  let moved = { at: Date.now(), to: "" };
  for (;;) {
    const [{ status, statusReason }, { accounting, counts }] = await Promise.all([
      api("GET", `/v1/campaigns/${run.id}`),
      api("GET", `/v1/campaigns/${run.id}/stats`),
    ]);
    run.looks += 1;
    run.status = status;
    checkBalance(run, accounting, counts);
    if (status === "completed" || status === "cancelled" || status === "failed") return;
    const left = accounting.pending + accounting.queued + accounting.sending;
    // Between waiting and the queue a message may go to and fro without a step.
    const to = JSON.stringify({ status, audience: accounting.audience, left });
    if (to !== moved.to) moved = { at: Date.now(), to };
    const progress = accounting.audience === 0 ? 0 : 1 - left / accounting.audience;
    const next = orders[0];
    if (status === "paused") {
      run.pauses.push(statusReason);
      await heal(fixture, run.house);
      await order(api, run.id, "resume");
    } else if (next && status !== "preparing" && progress >= next.at) {
      orders.shift();
      await carryOut(fixture, run, next);
    } else if (Date.now() - moved.at > STANDS_STILL_MS) {
      moved = { ...moved, at: Date.now() };
      if (run.campaign.kind === "capped" && accounting.queued + accounting.sending === 0)
        await carryOut(fixture, run, { order: "cancel" });
      else await heal(fixture, run.house);
    }
    if (run.looks === MOST_LOOKS) {
      run.problems.push(`did not end in ${MOST_LOOKS} looks: ${JSON.stringify({ status, statusReason, accounting })}`);
      return;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function checkBalance(run, { balanced, audience, ...parts }, counts) {
  const sum = Object.values(parts).reduce((total, part) => total + part, 0);
  if (!balanced || sum !== audience || counts.total !== audience)
    run.problems.push(`accounts do not balance: ${JSON.stringify({ audience, ...parts, total: counts.total })}`);
}

/** True when it was done, false when the campaign's state does not allow it any more. */
async function order(api, id, verb) {
  try {
    await api("POST", `/v1/campaigns/${id}/${verb}`);
    return true;
  } catch (error) {
    if (error instanceof Refused && error.status === 409) return false;
    throw error;
  }
}

async function carryOut(fixture, run, { order: verb, forMs, who }) {
  const { api } = fixture;
  if (verb === "cancel") {
    await order(api, run.id, "cancel");
    run.cancelledAt = Date.now();
    run.silences.push({ from: run.cancelledAt, to: Number.POSITIVE_INFINITY, after: "cancel" });
  } else if (verb === "pause") {
    if (!(await order(api, run.id, "pause"))) return;
    const from = Date.now();
    run.pauses.push("by_user");
    await sleep(forMs);
    run.silences.push({ from, to: Date.now(), after: "pause" });
    await order(api, run.id, "resume");
  } else {
    const { people } = run.audience;
    const { phone } = people[Math.floor(who * people.length)];
    const { data } = await api("GET", `/v1/contacts?phone=${encodeURIComponent(phone)}`);
    await api("POST", `/v1/contacts/${data[0].id}/opt-out`, { reason: "asked for it" });
    fixture.optOuts.set(data[0].id, Date.now());
  }
}
