import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { Queue } from "bullmq";
import { apply, connect, counts, prepare } from "./recipients.mjs";

/** Launches, and applies Meta's statuses before it answers 200. */
const { port, redisPort, pgPort, appSecret, people, lines } = JSON.parse(process.argv[2]);
const JOBS_AT_A_TIME = 1_000;

const pool = connect(pgPort);
const connection = { host: "127.0.0.1", port: redisPort };
const queues = Array.from({ length: lines }, (_, line) => new Queue(`line-${line}`, { connection }));
await prepare(pool, { people, lines });

async function launch() {
  for (let from = 1; from <= people; from += JOBS_AT_A_TIME) {
    const { rows } = await pool.query("select id, line from recipients where id >= $1 order by id limit $2", [
      from,
      JOBS_AT_A_TIME,
    ]);
    const jobs = ({ id }) => ({ name: "send", data: { id }, opts: { removeOnComplete: true, removeOnFail: true } });
    await Promise.all(queues.map((queue, line) => queue.addBulk(rows.filter((row) => row.line === line).map(jobs))));
  }
  return {};
}

async function answer(request, body) {
  if (request.url === "/counts") return counts(pool);
  if (request.url === "/launch") return launch();
  const expected = createHmac("sha256", appSecret).update(body).digest();
  const given = Buffer.from(String(request.headers["x-hub-signature-256"]).slice("sha256=".length), "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Error("not signed by Meta");
  const { entry } = JSON.parse(body);
  const changes = entry.flatMap((one) => one.changes);
  await apply(
    pool,
    changes.flatMap(({ value }) => value.statuses ?? []),
  );
  return {};
}

const server = createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () =>
    answer(request, Buffer.concat(parts)).then(
      (result) => response.end(JSON.stringify(result)),
      (error) => {
        console.error(error.message);
        response.writeHead(500).end();
      },
    ),
  );
});
server.keepAliveTimeout = 0;
server.listen(port, "127.0.0.1");
