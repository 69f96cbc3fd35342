import type { ImportError } from "#core/imports/job.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import type { Needs, OpenImport, Pace } from "./import-run.ts";

/**
 * Goes on ending memberships once all of an import's file has been stored: of those whom it does not name, in its
 * audience; of those whom it names, in audiences of other segments. Member by member in the order of their ids, so that
 * each is looked at once whatever happens in between.
 */
export async function endMemberships(
  deps: Needs,
  job: OpenImport,
  pace: Pace,
): Promise<Result<"more" | "over", ImportError>> {
  const { imports } = deps.store(job.tenantId);
  const replaces = job.mode === "replace";
  // A file of rejects alone would leave nobody.
  if (replaces && job.importedRows + job.updatedRows === 0) return err("nobody_to_keep");
  let from = job.cursor?.removedTo ?? "";
  const until = deps.now() + pace.runMs;
  do {
    const { to, isLast } = await imports.nextMembers(job.audienceId, from, pace.stepRecords);
    const moved = await imports.commitRemoval({
      importId: job.id,
      audienceId: job.audienceId,
      replaces,
      onlyThisSegment: job.onlyThisSegment,
      from,
      to,
      isLast,
      token: deps.newId("stp"),
      now: deps.now(),
    });
    if (!moved || isLast) return ok("over");
    from = to;
    await scheduler.wait(pace.pauseMs);
  } while (deps.now() < until);
  return ok("more");
}
