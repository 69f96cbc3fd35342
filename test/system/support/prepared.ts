import { cpSync } from "node:fs";
import { bundleGraph } from "../../../scripts/lib/graph-server.mjs";
import * as stackLib from "../../../scripts/lib/stack.mjs";

const template = () => stackLib.settings({ dir: ".wrangler/system-migrated" });

/** Before all tests: what each system needs and is the same for all, the databases as the migrations make them among it. */
export async function setup(): Promise<void> {
  stackLib.forget(template());
  await Promise.all([stackLib.migrate(template()), bundleGraph()]);
}

/** Gives a system that has no databases yet its own. */
export const copyMigrated = (stateFolder: string): void =>
  cpSync(stackLib.statePath(template()), stateFolder, { recursive: true });
