import type { LineKind } from "#core/lines/line.ts";
import type { GraphFailure, ListedTemplate, PhoneNumberSnapshot } from "#core/meta/graph.ts";
import type { Failure } from "#core/sending/failures.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import type { Deps } from "#deps.ts";
import { type SyncCounts, takeTemplates } from "#services/templates/templates.ts";
import { graphFailure } from "./graph-failures.ts";
import { type LineRow, sealToken } from "./line-token.ts";
import { NOTHING_KNOWN, noSuchSegment, portfolioLine, syncedColumns, unnamedPortfolio } from "./lines.ts";

export interface LineInput {
  segmentId: string;
  kind: LineKind;
  wabaId: string;
  phoneNumberId: string;
  accessToken: string;
  name?: string | undefined;
}

export interface Registration {
  line: LineRow;
  /** Without it Meta sends no webhooks, and what becomes of messages is not known. */
  subscribed: boolean;
  /** Null when Meta did not list the account's templates; a sync can be asked for later. */
  templates: SyncCounts | null;
}

/**
 * Registers a number as a line: everything is asked of Meta first, then saved, so that a failure leaves nothing half
 * done. Templates and the webhook subscription are not worth refusing a line that can send.
 */
export async function registerLine(
  deps: Deps,
  tenantId: string,
  input: LineInput,
): Promise<Result<Registration, Failure>> {
  const store = deps.store(tenantId);
  if (!(await store.segments.get(input.segmentId))) return err(noSuchSegment());
  const number = await deps.graph.phoneNumber(input.accessToken, input.phoneNumberId);
  if (!number.ok) return err(graphFailure(number.error, "number"));
  // Asked after the token has proved itself, so that strangers can't try which numbers are ours.
  const [taken] = await deps.platform.linesByPhoneNumberId([input.phoneNumberId]);
  if (taken) return err(alreadyRegistered());

  // Read before Meta lists the templates: what is created in between must not look as if Meta had dropped it.
  const known = await store.templates.ofAccount(input.wabaId);
  const account = await readAccount(deps, input);
  if (!account.ok) return err(graphFailure(account.error, "account"));

  const row = await newRow(deps, tenantId, input, number.value, account.value.portfolioId);
  const portfolio = deps.portfolio(row.portfolioId);
  // The object first: a line there that nothing names does no harm, a line in D1 that can't send would.
  await portfolio.putLine(portfolioLine(row));
  if (!(await store.lines.create(row))) {
    await portfolio.removeLine(row.id);
    return err(alreadyRegistered());
  }
  if (number.value.limit !== null) await portfolio.putLimit(number.value.limit);

  const { subscribed, listed } = account.value;
  const templates = listed && (await takeTemplates(deps, tenantId, input.wabaId, known, listed));
  return ok({ line: row, subscribed, templates });
}

interface Account {
  /** Null when Meta does not name it. */
  portfolioId: string | null;
  subscribed: boolean;
  listed: ListedTemplate[] | null;
}

/**
 * What the token can do with the account. One answer is enough to prove that it may use it; without any, the line would
 * be put beside those of somebody else's account.
 */
async function readAccount(deps: Deps, { accessToken, wabaId }: LineInput): Promise<Result<Account, GraphFailure>> {
  const [portfolio, subscription, templates] = await Promise.all([
    deps.graph.portfolioOf(accessToken, wabaId),
    deps.graph.subscribe(accessToken, wabaId),
    deps.graph.templates(accessToken, wabaId),
  ]);
  const portfolioId = portfolio.ok ? portfolio.value : null;
  if (portfolioId === null && !subscription.ok && !templates.ok) return templates;
  return ok({ portfolioId, subscribed: subscription.ok, listed: templates.ok ? templates.value : null });
}

async function newRow(
  deps: Deps,
  tenantId: string,
  input: LineInput,
  snapshot: PhoneNumberSnapshot,
  portfolioId: string | null,
): Promise<LineRow> {
  const { segmentId, kind, wabaId, phoneNumberId } = input;
  const [sibling] = portfolioId === null ? await deps.store(tenantId).lines.ofAccount(wabaId) : [];
  return {
    id: deps.newId("lin"),
    tenantId,
    segmentId,
    kind,
    wabaId,
    phoneNumberId,
    name: input.name ?? snapshot.verifiedName ?? snapshot.displayPhoneNumber ?? phoneNumberId,
    portfolioId: portfolioId ?? sibling?.portfolioId ?? unnamedPortfolio(wabaId),
    sealedToken: await sealToken(deps, phoneNumberId, input.accessToken),
    ...syncedColumns(snapshot, NOTHING_KNOWN, deps.now()),
    createdAt: deps.now(),
  };
}

function alreadyRegistered(): Failure {
  const message = "This phone number is registered as a line already.";
  return { code: "conflict", detail: message, errors: [{ path: "phoneNumberId", message }] };
}
