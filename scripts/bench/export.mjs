import { audienceRow, HEADER } from "../lib/demo-catalogue.mjs";
import { until } from "../lib/seed.mjs";
import { importCsv, peakOf, withLines, withStack } from "./bench-stack.mjs";

const ROWS = 1_000_000;

/** A campaign of a million people (a handful gets the message, the rest is filtered) and its report, downloaded to the end. */
export async function measure(flags) {
  const rows = Number(flags.find((flag) => flag.startsWith("--rows="))?.slice(7) ?? ROWS);
  return withStack(async ({ stack, call, apiKey, processes }) => {
    const { segment, templateId } = await withLines(call, stack, 3);
    const audience = await importCsv(call, segment.id, "Bench", ReadableStream.from(rowsOf(rows)));
    const campaign = await call("POST", "/v1/campaigns", {
      name: "Bench",
      segmentId: segment.id,
      audienceId: audience.id,
      filter: { attributes: [{ name: "Bench", op: "eq", value: "yes" }] },
      templateId: templateId("boas_vindas"),
      variables: { "body.primeiro_nome": { field: "firstName" } },
      sender: { mode: "prospect" },
    });
    const launchedAt = Date.now();
    await call("POST", `/v1/campaigns/${campaign.id}/launch`);
    await until(async () => (await call("GET", `/v1/campaigns/${campaign.id}`)).status === "completed", {
      timeoutMs: 900_000,
      everyMs: 1_000,
    });
    const prepared = (Date.now() - launchedAt) / 1_000;
    const memory = peakOf(processes.pid("api"));
    const before = memory.now();
    const startedAt = Date.now();
    const { id } = await call("POST", `/v1/campaigns/${campaign.id}/exports`);
    const job = await until(
      async () => {
        const found = await call("GET", `/v1/exports/${id}`);
        if (found.status === "failed") throw new Error("export failed");
        return found.status === "completed" && found;
      },
      { timeoutMs: 600_000 },
    );
    const seconds = (Date.now() - startedAt) / 1_000;
    let bytes = 0;
    let lines = 0;
    const download = await fetch(`${stack.apiUrl}/v1/exports/${id}/download`, {
      headers: { Authorization: `Bearer ${apiKey}` },
    });
    for await (const chunk of download.body) {
      bytes += chunk.length;
      for (const byte of chunk) if (byte === 10) lines += 1;
    }
    memory.stop();
    return [
      ["rows", job.rows, `${lines - 1} lines and ${(bytes / 1e6).toFixed(0)} MB downloaded`],
      [
        "launch until all are accounted for",
        `${prepared.toFixed(1)} s`,
        "preflight, preparation and a handful of sends",
      ],
      ["export", `${seconds.toFixed(1)} s`, "POST until completed"],
      ["rows/s", Math.round(job.rows / seconds), "rows / export"],
      ["memory before", `${before.toFixed(0)} MB`, "resident, wrangler and workerd of the API (/proc)"],
      ["memory at its peak", `${memory.peak().toFixed(0)} MB`, "sampled every 250 ms, download included"],
    ];
  });
}

async function* rowsOf(rows) {
  let chunk = `${HEADER};Bench\r\n`;
  for (let i = 0; i < rows; i++) {
    chunk += `${audienceRow(i)};${i % 100_000 === 0 ? "yes" : ""}\r\n`;
    if (chunk.length < 65_536) continue;
    yield Buffer.from(chunk);
    chunk = "";
  }
  yield Buffer.from(chunk);
}
