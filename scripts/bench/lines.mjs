import { audienceCsv } from "../lib/demo-catalogue.mjs";
import { until } from "../lib/seed.mjs";
import { importCsv, usage, withLines, withStack } from "./bench-stack.mjs";

const LINES = 3;
const RATE = 80;
/** Enough for a minute and a half at full rate, so that the busiest minute is a whole one. */
const PEOPLE = 24_000;

/** Use of three lines at 80 messages a second: how much of 240/s is kept over a minute, and the worst second of a line. */
export async function measure() {
  return withStack(async ({ stack, call, processes }) => {
    const { segment, templateId } = await withLines(call, stack, LINES);
    const audience = await importCsv(call, segment.id, "Bench", audienceCsv({ rows: PEOPLE, from: 0 }));
    const campaign = await call("POST", "/v1/campaigns", {
      name: "Bench",
      segmentId: segment.id,
      audienceId: audience.id,
      templateId: templateId("lembrete_vencimento"),
      variables: { "body.1": { field: "firstName" }, "body.2": { field: "attributes.Valor", fallback: "-" } },
      sender: { mode: "prospect" },
    });
    const cpu = (name) => usage(processes.pid(name)).cpuSeconds;
    const before = { api: cpu("api"), graph: cpu("graph") };
    await call("POST", `/v1/campaigns/${campaign.id}/launch`);
    await until(async () => (await call("GET", `/v1/campaigns/${campaign.id}`)).status === "completed", {
      timeoutMs: 600_000,
      everyMs: 2_000,
    });
    const used = { api: cpu("api") - before.api, graph: cpu("graph") - before.graph };
    const rates = await control(stack, "rates");
    const duplicates = await control(stack, "duplicates");
    const refusals = await control(stack, "refusals");
    const done = await call("GET", `/v1/campaigns/${campaign.id}`);
    const accepted = rates.phones.reduce((sum, phone) => sum + phone.accepted, 0);
    const perThousand = (seconds) => ((1_000 * seconds) / accepted).toFixed(2);
    const perSecond = rates.busiestMinute.perSecond;
    return [
      ["messages accepted", accepted, "the simulator's own record"],
      ["messages/s over the busiest minute", perSecond.toFixed(1), `of ${LINES * RATE}/s`],
      ["share kept", `${((100 * perSecond) / (LINES * RATE)).toFixed(1)} %`, "busiest minute / 240"],
      [
        "worst second of a line, by the clock",
        Math.max(...rates.phones.map((phone) => phone.worstCalendarSecond)),
        `Meta allows ${RATE}`,
      ],
      [
        "worst second of a line, sliding",
        Math.max(...rates.phones.map((phone) => phone.worstSlidingSecond)),
        `Meta allows ${RATE}`,
      ],
      ["refused", refusals.data?.length ?? refusals.length ?? 0, "calls the simulator refused"],
      ["sent twice", duplicates.byCallbackData.length, "same recipient accepted more than once"],
      ["CPU s per 1,000 messages, API", perThousand(used.api), "webhooks meanwhile included (/proc)"],
      ["CPU s per 1,000 messages, simulator", perThousand(used.graph), "its webhooks included (/proc)"],
      ["in doubt at the end", done.counts.unknown, "recipients whose answer never came"],
    ];
  });
}

const control = async (stack, what) => (await fetch(`${stack.graphUrl}/control/${what}`)).json();
