import { audienceRow, HEADER } from "../lib/demo-catalogue.mjs";
import { until } from "../lib/seed.mjs";
import { peakOf, withStack } from "./bench-stack.mjs";

const BYTES = 200_000_000;

/** Imports a file of 200 MB that is made while it is sent; the Worker's memory is sampled from /proc all the while. */
export async function measure(flags) {
  const bytes = Number(flags.find((flag) => flag.startsWith("--bytes="))?.slice(8) ?? BYTES);
  return withStack(
    async ({ stack, call, apiKey, processes }) => {
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
      const mb = (n) => `${n.toFixed(0)} MB`;
      return [
        ["file", mb(bytes / 1e6), "made while it was sent"],
        [
          "rows",
          job.totalRows,
          `imported ${job.importedRows}, updated ${job.updatedRows}, rejected ${job.rejectedRows}`,
        ],
        ["upload", `${((uploaded - startedAt) / 1_000).toFixed(1)} s`, "POST until 202, file in R2"],
        ["import", `${seconds.toFixed(1)} s`, "202 until completed"],
        ["rows/s", Math.round(job.totalRows / seconds), "rows / import"],
        ["memory before", mb(before), "resident, wrangler and workerd of the API (/proc)"],
        ["memory at its peak, upload", mb(afterUpload), "sampled every 250 ms"],
        ["memory at its peak, all", mb(memory.peak()), "sampled every 250 ms"],
      ];
    },
    { graph: false },
  );
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
