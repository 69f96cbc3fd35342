/**
 * The catalogue in D1. Instants are integers, milliseconds since 1970 in UTC. Every table of a tenant's data has
 * `tenant_id` first in its keys, and none cascades: a rebuilt parent table would take the children with it.
 */
export * from "./audience.ts";
export * from "./campaigns.ts";
export * from "./identity.ts";
export * from "./imports.ts";
export * from "./integrations.ts";
export * from "./lines.ts";
export * from "./operations.ts";
export * from "./personal-data.ts";
export * from "./reports.ts";
export * from "./templates.ts";
