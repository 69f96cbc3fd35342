import { z } from "zod";
import {
  type ActiveScenario,
  applyScenarios,
  type Call,
  type Faults,
  type Scenario,
  scenarioSchema,
} from "./scenarios.ts";
import type { SettingsStore } from "./settings-store.ts";

const activeSchema = z.array(scenarioSchema.extend({ putAtMs: z.number(), seen: z.number(), fired: z.number() }));

const STORED_AS = "scenariosInForce";

/** The scenarios in force, with their counts; a restart finds them as they were at the last commit. */
export class ScenarioStore {
  private scenarios: ActiveScenario[];
  private changed = false;

  constructor(
    private readonly settings: SettingsStore,
    private readonly seed: string,
  ) {
    this.scenarios = settings.read(STORED_AS, activeSchema, []);
  }

  /** These instead of those in force. */
  put(scenarios: Scenario[], nowMs: number): void {
    this.save(scenarios.map((scenario) => ({ ...scenario, putAtMs: nowMs, seen: 0, fired: 0 })));
  }

  /** These beside those in force, which keep their counts. */
  add(scenarios: Scenario[], nowMs: number): void {
    const added = scenarios.map((scenario) => ({ ...scenario, putAtMs: nowMs, seen: 0, fired: 0 }));
    this.save([...this.scenarios, ...added]);
  }

  /** Takes those of a name out of force; answers them, with their counts. */
  remove(name: string): ActiveScenario[] {
    const removed = this.scenarios.filter((scenario) => scenario.name === name);
    this.save(this.scenarios.filter((scenario) => scenario.name !== name));
    return removed;
  }

  list(): ActiveScenario[] {
    return this.scenarios;
  }

  /** What befalls this call; counts it. */
  apply(call: Call): Faults {
    if (!this.scenarios.length) return { answer: null, webhooks: [], fired: [] };
    const { faults, scenarios } = applyScenarios(this.scenarios, call, this.seed);
    this.scenarios = scenarios;
    this.changed = true;
    return faults;
  }

  saveIfChanged(): void {
    if (this.changed) this.save(this.scenarios);
  }

  private save(scenarios: ActiveScenario[]): void {
    this.scenarios = scenarios;
    this.settings.write(STORED_AS, scenarios);
    this.changed = false;
  }
}
