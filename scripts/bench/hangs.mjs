import { audienceCsv } from "../lib/demo-catalogue.mjs";
import { until } from "../lib/seed.mjs";
import { importCsv, withLines, withStack } from "./bench-stack.mjs";

const LINES = 3;
/** Forty seconds at full rate. */
const PEOPLE = 9_600;
/** Calls that hang, and for how long: longer than we wait for an answer. */
const SHARE = 0.01;
const HANG_MS = 30_000;
/** What is left out at both ends, so that starting and the last stragglers do not count. */
const FROM = 0.05;
const TO = 0.95;

/** Messages a second with and without one call in a hundred that hangs for 30 s. */
export async function measure() {
  const plain = await rateOf([]);
  const hanging = await rateOf([{ match: { share: SHARE }, fault: { kind: "delay", ms: HANG_MS } }]);
  return [
    ["messages/s, all calls answered", plain.perSecond.toFixed(1), `${PEOPLE} people, ${LINES} lines of 80/s`],
    ["messages/s, 1 % hang 30 s", hanging.perSecond.toFixed(1), `${hanging.hung} calls hung`],
    ["share kept", `${((100 * hanging.perSecond) / plain.perSecond).toFixed(1)} %`, "of the first; at least 90 %"],
    ["in doubt at the end", hanging.inDoubt, "before the webhooks had told of them"],
    ["sent twice", plain.twice + hanging.twice, "same recipient accepted more than once"],
  ];
}

function rateOf(scenarios) {
  return withStack(async ({ stack, call }) => {
    const { segment, templateId } = await withLines(call, stack, LINES);
    const audience = await importCsv(call, segment.id, "Bench", audienceCsv({ rows: PEOPLE, from: 0 }));
    // People in doubt are the question here, and so they stay until the end.
    await control(stack, "webhooks/pause", "POST");
    const campaign = await call("POST", "/v1/campaigns", {
      name: "Bench",
      segmentId: segment.id,
      audienceId: audience.id,
      templateId: templateId("lembrete_vencimento"),
      variables: { "body.1": { field: "firstName" }, "body.2": { field: "attributes.Valor", fallback: "-" } },
      sender: { mode: "prospect" },
    });
    await control(stack, "scenarios", "PUT", scenarios);
    await call("POST", `/v1/campaigns/${campaign.id}/launch`);
    const done = await until(
      async () => {
        const now = await call("GET", `/v1/campaigns/${campaign.id}`);
        return now.status === "completed" ? now : null;
      },
      { timeoutMs: 600_000, everyMs: 1_000 },
    );
    const { data } = await control(stack, "scenarios");
    const times = await acceptedAt(stack);
    const at = (share) => times[Math.floor(share * (times.length - 1))];
    return {
      perSecond: (1_000 * (TO - FROM) * times.length) / (at(TO) - at(FROM)),
      hung: data[0]?.fired ?? 0,
      inDoubt: done.counts.unknown,
      twice: (await control(stack, "duplicates")).byCallbackData.length,
    };
  });
}

/** When each message was accepted, ms, in order: of the hanging ones too, they are late only in their answer. */
async function acceptedAt(stack) {
  const times = [];
  for (let after = 0; ; ) {
    const { data } = await control(stack, `messages?after=${after}&limit=5000`);
    for (const { atMs, seq } of data) {
      times.push(atMs);
      after = seq;
    }
    if (data.length < 5_000) return times.sort((a, b) => a - b);
  }
}

async function control(stack, what, method = "GET", body) {
  const sent =
    body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  return (await fetch(`${stack.graphUrl}/control/${what}`, { method, ...sent })).json();
}
