import type { Deps, TenantStore } from "#deps.ts";

/** What is raised: kind, severity, the id of what it is about, and its words. */
export type NewAlert = Omit<Parameters<TenantStore["alerts"]["open"]>[0], "id" | "now">;

/**
 * Raises an alert of a tenant. One is open for each kind and subject: raising it again brings its severity, words and facts
 * up to date.
 */
export async function raiseAlert(
  { store, newId, now }: Pick<Deps, "store" | "newId" | "now">,
  tenantId: string,
  alert: NewAlert,
): Promise<void> {
  await store(tenantId).alerts.open({ ...alert, id: newId("alr"), now: now() });
}
