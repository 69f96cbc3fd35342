import { type AlertFacts, type AlertKind, type AlertSeverity, factsOf, type NewAlert } from "#core/operations/alert.ts";
import { inEnglish } from "#core/operations/alert-message.ts";
import type { Deps } from "#deps.ts";

type Needs = Pick<Deps, "store" | "newId" | "now">;

/**
 * Raises an alert of a tenant. One is open for each kind and subject: raising it again brings its severity and parameters
 * up to date. Its English sentence and its facts are written too: see the table's columns.
 */
export async function raiseAlert(deps: Needs, tenantId: string, raised: NewAlert): Promise<void> {
  const { kind, severity, subject, params } = raised;
  const before = { message: inEnglish(raised), facts: factsOf(raised) };
  await open(deps, tenantId, { kind, severity, subject, params: JSON.stringify(params), ...before });
}

/** An alert as the release before raised it: in words. */
export interface WordedAlert {
  kind: AlertKind;
  severity: AlertSeverity;
  subject: string;
  message: string;
  facts: AlertFacts | null;
}

/** Raises what the release before had still to raise. */
export const raiseWordedAlert = (deps: Needs, tenantId: string, alert: WordedAlert): Promise<void> =>
  open(deps, tenantId, { ...alert, params: null });

async function open(
  { store, newId, now }: Needs,
  tenantId: string,
  alert: WordedAlert & { params: string | null },
): Promise<void> {
  await store(tenantId).alerts.open({ ...alert, id: newId("alr"), now: now() });
}
