import { type Context, Hono } from "hono";
import { z } from "zod";
import { behaviourSchema } from "./behaviour.ts";
import { changePhone, changeTemplate, changeWaba, handshake, receiveInbound } from "./control-actions.ts";
import {
  fieldWebhookSchema,
  inboundSchema,
  pageQuerySchema,
  phonePatchSchema,
  replaySchema,
  scenarioNameSchema,
  sinceQuerySchema,
  templatePatchSchema,
  wabaPatchSchema,
} from "./control-schemas.ts";
import type { Simulator } from "./graph-object.ts";
import { MessageRecord } from "./record.ts";
import { replay } from "./replay.ts";
import { scenarioSchema } from "./scenarios.ts";
import { plant, seedSchema } from "./seeding.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const MOST_DUPLICATES = 1000;

class BadControl extends Error {}

async function bodyAs<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(await c.req.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  throw new BadControl(z.prettifyError(parsed.error));
}

function queryAs<Schema extends z.ZodType>(c: Context, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(c.req.query());
  if (parsed.success) return parsed.data;
  throw new BadControl(z.prettifyError(parsed.error));
}

/** What Meta does not have: setting it up, reading what was accepted, and making things go wrong. */
export function controlRoutes(simulator: Simulator): Hono {
  const { accounts, outbox, scenarios } = simulator;
  const record = new MessageRecord(simulator.storage.sql);
  const routes = new Hono();
  const found = (c: Context, changed: object | null) =>
    changed ? c.json(changed) : c.json({ error: "not found" }, 404);
  routes.onError((error, c) => {
    if (error instanceof BadControl) return c.json({ error: error.message }, 400);
    console.error(error);
    return c.json({ error: error.message }, 500);
  });

  routes.get("/health", (c) =>
    c.json({ ok: true, settings: { ...simulator.settings, appSecret: undefined, verifyToken: undefined } }),
  );
  routes.post("/seed", async (c) => c.json(plant(accounts, await bodyAs(c, seedSchema), Date.now())));
  routes.get("/accounts", (c) =>
    c.json({ wabas: accounts.wabas.all(), phones: accounts.phones.all(), templates: accounts.templates.all() }),
  );
  routes.post("/reset", (c) => {
    simulator.reset(c.req.query("all") === "true");
    return c.json({ ok: true });
  });

  routes.get("/summary", (c) => {
    const { since } = queryAs(c, sinceQuerySchema);
    const phones = record.summary(since ?? null);
    const sum = (count: (phone: (typeof phones)[number]) => number) =>
      phones.reduce((total, phone) => total + count(phone), 0);
    const kinds = ["sent", "delivered", "read", "failed", "reply"] as const;
    const outcomes = ["failed", "sent", "delivered", "read", "replied"];
    return c.json({
      accepted: sum((phone) => phone.accepted),
      refused: sum((phone) => phone.refused),
      told: Object.fromEntries(kinds.map((kind) => [kind, sum((phone) => phone.told[kind])])),
      planned: Object.fromEntries(outcomes.map((outcome) => [outcome, sum((phone) => phone.planned[outcome] ?? 0)])),
      phones,
      waiting: outbox.waiting(),
      paused: simulator.pump.paused,
      newestSeq: simulator.log.newestSeq,
      nowMs: Date.now(),
    });
  });
  routes.get("/messages", (c) => {
    const { after, limit } = queryAs(c, pageQuerySchema);
    return c.json({ data: record.messages(after, limit) });
  });
  routes.get("/refusals", (c) => {
    const { after, limit } = queryAs(c, pageQuerySchema);
    return c.json({ byCode: record.refusalCodes(), data: record.refusals(after, limit) });
  });
  routes.get("/rates", (c) => c.json(record.rates(queryAs(c, sinceQuerySchema).since ?? null)));
  routes.get("/duplicates", (c) => c.json(record.duplicates(MOST_DUPLICATES)));
  routes.get("/portfolios", (c) => {
    const wabas = accounts.wabas.all();
    const ids = [...new Set(wabas.map((waba) => waba.portfolioId))];
    const data = ids.map((id) => {
      const own = wabas.filter((waba) => waba.portfolioId === id);
      const phoneIds = own.flatMap((waba) => accounts.phonesOf(waba.id).map((phone) => phone.id));
      return {
        id,
        messagingLimit: own[0]?.messagingLimit,
        people24h: record.peopleSince(phoneIds, Date.now() - DAY_MS),
      };
    });
    return c.json({ data });
  });

  routes.get("/scenarios", (c) => c.json({ data: scenarios.list() }));
  routes.put("/scenarios", async (c) => {
    scenarios.put(await bodyAs(c, z.array(scenarioSchema)), Date.now());
    return c.json({ data: scenarios.list() });
  });
  routes.post("/scenarios", async (c) => {
    scenarios.add(await bodyAs(c, z.array(scenarioSchema)), Date.now());
    return c.json({ data: scenarios.list() });
  });
  routes.delete("/scenarios", (c) => c.json({ data: scenarios.remove(queryAs(c, scenarioNameSchema).name) }));
  routes.get("/behaviour", (c) => c.json(simulator.behaviour()));
  routes.put("/behaviour", async (c) => c.json(simulator.setBehaviour(await bodyAs(c, behaviourSchema.partial()))));

  routes.patch("/phones/:id", async (c) =>
    found(c, changePhone(simulator, c.req.param("id"), await bodyAs(c, phonePatchSchema))),
  );
  routes.patch("/wabas/:id", async (c) =>
    found(c, changeWaba(simulator, c.req.param("id"), await bodyAs(c, wabaPatchSchema))),
  );
  routes.patch("/templates/:id", async (c) =>
    found(c, changeTemplate(simulator, c.req.param("id"), await bodyAs(c, templatePatchSchema))),
  );
  routes.post("/inbound", async (c) => found(c, receiveInbound(simulator, await bodyAs(c, inboundSchema))));
  routes.post("/handshake", async (c) => c.json(await handshake(simulator.settings)));
  routes.post("/webhooks", async (c) => {
    outbox.plan("field", await bodyAs(c, fieldWebhookSchema), Date.now());
    simulator.wake();
    return c.json({ ok: true });
  });
  routes.post("/webhooks/replay", async (c) => {
    const { sinceMs } = await bodyAs(c, replaySchema);
    const replayed = replay(simulator.storage.sql, simulator.log, sinceMs, Date.now());
    simulator.wake();
    return c.json({ replayed });
  });
  routes.post("/webhooks/pause", async (c) => {
    simulator.setPaused(true);
    // What is on its way would be told after it.
    await simulator.pump.untilAnswered();
    return c.json({ paused: true });
  });
  routes.post("/webhooks/resume", (c) => {
    simulator.setPaused(false);
    return c.json({ paused: false });
  });
  return routes;
}
