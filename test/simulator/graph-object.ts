import { DurableObject } from "cloudflare:workers";
import { Hono } from "hono";
import { z } from "zod";
import { Accounts } from "./accounts.ts";
import { refused } from "./answers.ts";
import { type Behaviour, behaviourSchema, DEFAULT_BEHAVIOUR } from "./behaviour.ts";
import { turn } from "./control-actions.ts";
import { controlRoutes } from "./control-routes.ts";
import { readSettings, type Settings, type SimulatorEnv } from "./env.ts";
import { graphRoutes } from "./graph-routes.ts";
import { MessageLog } from "./message-log.ts";
import { Outbox } from "./outbox.ts";
import { ScenarioStore } from "./scenario-store.ts";
import { SCHEMA } from "./schema.ts";
import { Sender } from "./sender.ts";
import { SettingsStore } from "./settings-store.ts";
import { TemplateStore } from "./template-store.ts";
import { WebhookPump } from "./webhook-pump.ts";
import { UpdateWriter } from "./webhook-updates.ts";

/** While webhooks wait, the alarm is never further away than this: it starts the object again after a kill. */
const WATCHDOG_MS = 15_000;

/** What the routes work with. */
export interface Simulator {
  settings: Settings;
  accounts: Accounts;
  templates: TemplateStore;
  log: MessageLog;
  outbox: Outbox;
  pump: WebhookPump;
  scenarios: ScenarioStore;
  sender: Sender;
  storage: DurableObjectStorage;
  behaviour(): Behaviour;
  setBehaviour(changes: Partial<Behaviour>): Behaviour;
  setPaused(paused: boolean): void;
  /** Looks for webhooks to post, and keeps the watchdog armed while there are any. */
  wake(): void;
  /** Forgets the record, the scenarios and changed behaviour; with `all` the accounts too. */
  reset(all: boolean): void;
}

/** All of the simulator: one object, so that there is one order of events and one rate counter per number. */
export class GraphObject extends DurableObject<SimulatorEnv> {
  private readonly simulator: Simulator;
  private readonly app: Hono;
  private alarmAtMs = 0;

  constructor(ctx: DurableObjectState, env: SimulatorEnv) {
    super(ctx, env);
    ctx.storage.sql.exec(SCHEMA);
    this.simulator = this.assemble(readSettings(env));
    this.app = new Hono();
    this.app.route("/control", controlRoutes(this.simulator));
    this.app.route("/", graphRoutes(this.simulator));
    this.app.notFound(() => refused({ code: 2500, message: "Unknown path components", type: "OAuthException" }));
    this.app.onError((error) => {
      console.error(error);
      return refused({ code: 1, message: "An unknown error has occurred." });
    });
    this.simulator.outbox.releaseLeases();
    this.wake();
  }

  override async fetch(request: Request): Promise<Response> {
    return this.app.fetch(request);
  }

  override async alarm(): Promise<void> {
    this.alarmAtMs = 0;
    this.wake();
  }

  private assemble(settings: Settings): Simulator {
    const { storage } = this.ctx;
    const store = new SettingsStore(storage.sql);
    const accounts = new Accounts(storage.sql);
    const scenarios = new ScenarioStore(store, settings.seed);
    let behaviour = store.read("behaviour", behaviourSchema, DEFAULT_BEHAVIOUR);
    const log = new MessageLog(storage, (earliestDueMs) => {
      scenarios.saveIfChanged();
      if (earliestDueMs !== null) this.wake(earliestDueMs);
    });
    const outbox = new Outbox(storage, log);
    const templates = new TemplateStore(accounts, outbox, settings.timeScale, () => behaviour);
    const writer = new UpdateWriter(accounts, settings.seed, (id) => templates.review(id, Date.now()));
    const pump = new WebhookPump(settings, outbox, writer);
    pump.paused = store.read("paused", z.boolean(), false);
    const setBehaviour = (changes: Partial<Behaviour>) => {
      behaviour = { ...behaviour, ...changes };
      store.write("behaviour", behaviour);
      return behaviour;
    };
    const setPaused = (paused: boolean) => {
      pump.paused = paused;
      store.write("paused", paused);
      if (!paused) this.wake();
    };
    const reset = (all: boolean) => {
      log.clear();
      scenarios.put([], Date.now());
      setBehaviour(DEFAULT_BEHAVIOUR);
      setPaused(false);
      if (all) accounts.clear();
    };
    const wake = () => this.wake();
    const sender = new Sender({
      ...{ settings, accounts, log, scenarios, pump, behaviour: () => behaviour },
      turn: (phone, template, fault) => turn(simulator, phone, template, fault),
    });
    const shared = { settings, accounts, templates, log, outbox, pump, scenarios, sender, storage };
    const simulator = { ...shared, behaviour: () => behaviour, setBehaviour, setPaused, wake, reset };
    return simulator;
  }

  private wake(atMs?: number): void {
    const { outbox, pump } = this.simulator;
    const dueMs = atMs ?? outbox.nextDueMs();
    if (dueMs === null) return;
    pump.wake(dueMs);
    const nowMs = Date.now();
    if (this.alarmAtMs > nowMs + WATCHDOG_MS / 2) return;
    this.alarmAtMs = nowMs + WATCHDOG_MS;
    void this.ctx.storage.setAlarm(this.alarmAtMs);
  }
}
