import { audienceRow, HEADER } from "../lib/demo-catalogue.mjs";
import { until } from "../lib/seed.mjs";

/** A CSV of exactly so many people who may be written to, made while it is sent. */
export const peopleCsv = (count) => ReadableStream.from(rows(count));

async function* rows(count) {
  let chunk = `${HEADER}\r\n`;
  for (let i = 0, made = 0; made < count; i++) {
    const row = audienceRow(i);
    if (!row.includes(";Sim;")) continue;
    made += 1;
    chunk += `${row}\r\n`;
    if (chunk.length < 65_536) continue;
    yield Buffer.from(chunk);
    chunk = "";
  }
  yield Buffer.from(chunk);
}

export async function importCsv(call, segmentId, name, csv, { everyMs = 500 } = {}) {
  const audience = await call("POST", "/v1/audiences", { segmentId, name });
  const started = await call("POST", `/v1/audiences/${audience.id}/imports`, csv);
  await until(
    async () => {
      const job = await call("GET", `/v1/imports/${started.id}`);
      if (job.status === "failed") throw new Error(`import failed: ${job.error}`);
      return job.status === "completed";
    },
    { timeoutMs: 900_000, everyMs },
  );
  return audience;
}
