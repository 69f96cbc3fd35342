import { cpSync } from "node:fs";
import type { TestProject } from "vitest/node";
import { bundleGraph } from "../../../scripts/lib/graph-server.mjs";
import { newTenant } from "../../../scripts/lib/seed.mjs";
import * as stackLib from "../../../scripts/lib/stack.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** By name. */
    tenants: Record<string, Tenant>;
  }
}

export interface Tenant {
  apiKey: string;
  email: string;
  password: string;
}
/** Empty tenants that each system begins with: one that a test of its own may use up, and one for each part of the web's. */
const TENANTS = ["first", "audiences", "blocks", "contacts", "help", "personal"] as const;
export type TenantName = (typeof TENANTS)[number];

const template = () => stackLib.settings({ dir: ".wrangler/system-prepared" });

/** Before all tests: what each system begins with and is the same for all, migrated databases with tenants in them. */
export async function setup(project: TestProject): Promise<void> {
  const bundled = bundleGraph();
  stackLib.forget(template());
  await stackLib.migrate(template());
  const made = await Promise.all(
    TENANTS.map(async (name) => ({ name, ...(await newTenant({ name, email: `${name}@aurora.example` })) })),
  );
  await stackLib.executeSql(template(), made.map(({ sql }) => sql).join("\n"));
  project.provide("tenants", Object.fromEntries(made.map(({ sql: _, ...tenant }) => [tenant.name, tenant])));
  await bundled;
}

/** Gives a system that has no databases yet its own. */
export const copyPrepared = (stateFolder: string): void =>
  cpSync(stackLib.statePath(template()), stateFolder, { recursive: true });
