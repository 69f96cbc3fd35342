import { cpSync } from "node:fs";
import type { TestProject } from "vitest/node";
import { bundleGraph } from "../../../scripts/lib/graph-server.mjs";
import { seedTenant } from "../../../scripts/lib/seed.mjs";
import * as stackLib from "../../../scripts/lib/stack.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** Of the tenant that each system begins with. */
    apiKey: string;
  }
}

const template = () => stackLib.settings({ dir: ".wrangler/system-prepared" });

/** Before all tests: what each system begins with and is the same for all, migrated databases with a tenant among it. */
export async function setup(project: TestProject): Promise<void> {
  const bundled = bundleGraph();
  stackLib.forget(template());
  await stackLib.migrate(template());
  const { apiKey } = await seedTenant(template());
  project.provide("apiKey", apiKey);
  await bundled;
}

/** Gives a system that has no databases yet its own. */
export const copyPrepared = (stateFolder: string): void =>
  cpSync(stackLib.statePath(template()), stateFolder, { recursive: true });
