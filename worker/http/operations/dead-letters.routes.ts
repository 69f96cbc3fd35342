import { iso, isoOrNull } from "#core/shared/time.ts";
import type { Deps, TenantStore } from "#deps.ts";
import { permit } from "#http/kit/auth.ts";
import { found, problem, unwrap } from "#http/kit/errors.ts";
import { type App, idParam, json, problemAnswer, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";
import * as schema from "#http/operations/dead-letters.schema.ts";
import { discardDeadLetter, retryDeadLetter, retryDeadLetters } from "#services/operations/dead-letters.ts";

type Needs = Pick<Deps, "store">;

const tags = ["Dead letters"];

type Row = NonNullable<Awaited<ReturnType<TenantStore["deadLetters"]["get"]>>>;
const present = ({ id, queue, attempts, at, retriedAt, discardedAt }: Row): schema.DeadLetter => ({
  ...{ id, queue, attempts },
  at: iso(at),
  status: retriedAt !== null ? "retried" : discardedAt !== null ? "discarded" : "open",
  retriedAt: isoOrNull(retriedAt),
  discardedAt: isoOrNull(discardedAt),
});
const read = async (deps: Needs, tenantId: string, id: string) =>
  present(found(await deps.store(tenantId).deadLetters.get(id), "dead letter"));

export function deadLetterRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/dead-letters",
      tags,
      summary: "Work that failed for good",
      description:
        "Each also opened an alert of kind `dead_letters`. What they contain stays encrypted and is not answered.",
      middleware: [permit("tenant:admin")],
      request: { query: schema.deadLetterQuery },
      responses: { 200: json(schema.deadLetterList, "Dead letters, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { query, answer } = await paging(c, c.req.valid("query"));
      return c.json(answer(await deps.store(principal.tenantId).deadLetters.list(query), present), 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/dead-letters/retry",
      tags,
      summary: "Retry all open dead letters",
      description:
        "Puts open ones back on their queues, the newest first, at most 200 a call; `left` says how many are still open. " +
        "Those that can't be read stay open and are counted in `unreadable`. Alerts stay as they are.",
      middleware: [permit("tenant:admin")],
      responses: {
        200: json(schema.deadLettersRetried, "How many went back, and how many are left"),
        503: problemAnswer("A queue took no more; what it did not take is still open"),
      },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { stopped, ...outcome } = await retryDeadLetters(deps, principal.tenantId);
      if (outcome.retried > 0) await deps.audit(c.var, "dead_letter.retry_all", principal.tenantId, { ...outcome });
      if (stopped) {
        throw problem(
          "unavailable",
          `A queue took no more: ${outcome.retried} dead letters went back, ${outcome.left} are still open; try again.`,
        );
      }
      return c.json(outcome, 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/dead-letters/{id}/retry",
      tags,
      summary: "Retry a dead letter",
      description:
        "Puts the work back on the queue that it came from, once: a second call is answered `dead_letter_retried`. " +
        "If it fails for good again, it comes back as a new dead letter with a new alert. " +
        "Nobody gets a message twice by this: the campaign sends only to whom it still owes one.",
      middleware: [permit("tenant:admin")],
      request: { params: idParam },
      responses: {
        200: json(schema.deadLetter, "The dead letter, retried"),
        503: problemAnswer("The queue did not take it; it is still open"),
      },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { id } = c.req.valid("param");
      const queue = unwrap(await retryDeadLetter(deps, principal.tenantId, id));
      await deps.audit(c.var, "dead_letter.retry", id, { queue });
      return c.json(await read(deps, principal.tenantId, id), 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/dead-letters/{id}/discard",
      tags,
      summary: "Discard a dead letter",
      description: "Decides that it is not to be retried. It stays listed, with `discardedAt`. Safe to repeat.",
      middleware: [permit("tenant:admin")],
      request: { params: idParam },
      responses: { 200: json(schema.deadLetter, "The dead letter, discarded") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { id } = c.req.valid("param");
      const changed = unwrap(await discardDeadLetter(deps, principal.tenantId, id));
      const deadLetter = await read(deps, principal.tenantId, id);
      if (changed) await deps.audit(c.var, "dead_letter.discard", id, { queue: deadLetter.queue });
      return c.json(deadLetter, 200);
    },
  );
}
