import { z } from "zod";
import { type ActiveScenario, applyScenarios, type Faults, type Scenario, scenarioSchema } from "./scenarios.ts";
import type { SettingsStore } from "./settings-store.ts";

const activeSchema = z.array(scenarioSchema.extend({ seen: z.number(), fired: z.number() }));
const stateSchema = z.object({ putAtMs: z.number(), scenarios: activeSchema });
const NONE: z.output<typeof stateSchema> = { putAtMs: 0, scenarios: [] };

/** The scenarios in force, with their counts; a restart finds them as they were at the last commit. */
export class ScenarioStore {
  private state: z.output<typeof stateSchema>;
  private changed = false;

  constructor(
    private readonly settings: SettingsStore,
    private readonly seed: string,
  ) {
    this.state = settings.read("scenarios", stateSchema, NONE);
  }

  put(scenarios: Scenario[], nowMs: number): void {
    this.state = { putAtMs: nowMs, scenarios: scenarios.map((scenario) => ({ ...scenario, seen: 0, fired: 0 })) };
    this.settings.write("scenarios", this.state);
  }

  list(): ActiveScenario[] {
    return this.state.scenarios;
  }

  /** What befalls this call; counts it. */
  apply(phoneId: string, to: string, nowMs: number): Faults {
    if (!this.state.scenarios.length) return { answer: null, webhooks: [], fired: [] };
    const call = { phoneId, to, elapsedMs: nowMs - this.state.putAtMs };
    const { faults, scenarios } = applyScenarios(this.state.scenarios, call, this.seed);
    this.state = { ...this.state, scenarios };
    this.changed = true;
    return faults;
  }

  saveIfChanged(): void {
    if (this.changed) this.settings.write("scenarios", this.state);
    this.changed = false;
  }
}
