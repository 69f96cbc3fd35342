import { Worker } from "bullmq";
import { claim, connect, FAILED, release, SENT, settle, UNKNOWN } from "./recipients.mjs";

/** Takes one job a recipient from each line's queue, at the line's rate, and calls Graph. */
const { redisPort, pgPort, graphUrl, token, phones, limiter, concurrency } = JSON.parse(process.argv[2]);
const CALL_MS = 20_000;
const PAUSE_MS = 250;
const RATE_LIMIT = 130_429;

const pool = connect(pgPort);
const connection = { host: "127.0.0.1", port: redisPort, maxRetriesPerRequest: null };

phones.forEach((phoneId, line) => {
  const worker = new Worker(
    `line-${line}`,
    async ({ data }) => {
      const recipient = await claim(pool, data.id);
      if (!recipient) return;
      const answer = await send(phoneId, recipient);
      if (answer.code === RATE_LIMIT) {
        await release(pool, data.id);
        await worker.rateLimit(PAUSE_MS);
        throw Worker.RateLimitError();
      }
      await settle(pool, data.id, answer);
    },
    { connection, concurrency, ...(limiter ? { limiter } : {}) },
  );
  worker.on("error", (error) => console.error(error.message));
});

async function send(phoneId, { campaign, contact, phone, first_name, amount }) {
  const parameters = [first_name, amount].map((text) => ({ type: "text", text }));
  try {
    const response = await fetch(`${graphUrl}/v25.0/${phoneId}/messages`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({
        messaging_product: "whatsapp",
        recipient_type: "individual",
        to: phone,
        type: "template",
        template: {
          name: "lembrete_vencimento",
          language: { code: "pt_BR" },
          components: [{ type: "body", parameters }],
        },
        biz_opaque_callback_data: `c:${campaign};r:${contact}`,
      }),
      signal: AbortSignal.timeout(CALL_MS),
    });
    const body = await response.json();
    if (response.ok) return { status: SENT, messageId: body.messages[0].id };
    return { status: FAILED, code: body.error.code };
  } catch {
    return { status: UNKNOWN };
  }
}
