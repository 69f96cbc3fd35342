import { audienceRow, HEADER } from "../lib/demo-catalogue.mjs";
import { until } from "../lib/seed.mjs";
import { figure } from "./figures.mjs";
import { withFixture } from "./fixture.mjs";
import { peakOf } from "./usage.mjs";

const BYTES = 200_000_000;

/** Imports a file of 200 MB that is made while it is sent; the Worker's memory is sampled from /proc all the while. */
export async function measure({ bytes = BYTES }) {
  return withFixture({ lines: 0 }, async ({ stack, call, apiKey, processes }) => {
    const segment = await call("POST", "/v1/segments", { name: "Bench" });
    const audience = await call("POST", "/v1/audiences", { segmentId: segment.id, name: "Bench" });
    const memory = peakOf(processes.pid("api"));
    const before = memory.now();
    const startedAt = Date.now();
    const response = await fetch(`${stack.apiUrl}/v1/audiences/${audience.id}/imports`, {
      method: "POST",
      headers: { Authorization: `Bearer ${apiKey}`, "Content-Type": "text/csv" },
      body: ReadableStream.from(rowsOf(bytes)),
      duplex: "half",
    });
    if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`);
    const started = await response.json();
    const uploaded = Date.now();
    const afterUpload = memory.peak();
    const job = await until(
      async () => {
        const found = await call("GET", `/v1/imports/${started.id}`);
        if (found.status === "failed") throw new Error(`import failed: ${found.error}`);
        return found.status === "completed" && found;
      },
      { timeoutMs: 1_200_000, everyMs: 500 },
    );
    const seconds = (Date.now() - uploaded) / 1_000;
    memory.stop();
    const { totalRows, importedRows, updatedRows, rejectedRows } = job;
    return [
      figure("file", bytes / 1e6, "MB", "made while it was sent", 0),
      figure("rows", totalRows, "", `imported ${importedRows}, updated ${updatedRows}, rejected ${rejectedRows}`),
      figure("upload", (uploaded - startedAt) / 1_000, "s", "POST until 202, file in R2"),
      figure("import", seconds, "s", "202 until completed"),
      figure("rows a second", totalRows / seconds, "", "rows / import", 0),
      figure("memory before", before, "MB", "resident, wrangler and workerd of the API (/proc)", 0),
      figure("memory at its peak, upload", afterUpload, "MB", "sampled every 250 ms", 0),
      figure("memory at its peak, all", memory.peak(), "MB", "sampled every 250 ms", 0),
    ];
  });
}

async function* rowsOf(bytes) {
  let chunk = `${HEADER}\r\n`;
  let sent = 0;
  for (let i = 0; sent < bytes; i++) {
    chunk += `${audienceRow(i)}\r\n`;
    if (chunk.length < 65_536) continue;
    const out = Buffer.from(chunk);
    sent += out.length;
    chunk = "";
    yield out;
  }
}
