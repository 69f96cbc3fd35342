import { cpSync } from "node:fs";
import * as stackLib from "../../../scripts/lib/stack.mjs";

const template = () => stackLib.settings({ dir: ".wrangler/system-migrated" });

/** Before all tests: the databases as the migrations make them, once for all systems. */
export async function setup(): Promise<void> {
  stackLib.forget(template());
  await stackLib.migrate(template());
}

/** Gives a system that has no databases yet its own. */
export const copyMigrated = (stateFolder: string): void =>
  cpSync(stackLib.statePath(template()), stateFolder, { recursive: true });
