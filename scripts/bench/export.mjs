import { audienceRow, HEADER } from "../lib/demo-catalogue.mjs";
import { until } from "../lib/seed.mjs";
import { figure } from "./figures.mjs";
import { withFixture } from "./fixture.mjs";
import { importCsv } from "./people.mjs";
import { peakOf } from "./usage.mjs";

const ROWS = 1_000_000;

/** A campaign of a million people (a handful gets the message, the rest is filtered) and its report, downloaded to the end. */
export async function measure({ rows = ROWS }) {
  return withFixture({}, async ({ stack, call, apiKey, processes, segment, templateId }) => {
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
      figure("rows", job.rows, "", `${lines - 1} lines and ${(bytes / 1e6).toFixed(0)} MB downloaded`),
      figure("launch until all are accounted for", prepared, "s", "preflight, preparation and a handful of sends"),
      figure("export", seconds, "s", "POST until completed"),
      figure("rows a second", job.rows / seconds, "", "rows / export", 0),
      figure("memory before", before, "MB", "resident, wrangler and workerd of the API (/proc)", 0),
      figure("memory at its peak", memory.peak(), "MB", "sampled every 250 ms, download included", 0),
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
