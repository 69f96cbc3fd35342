import { type ListedBlock, withoutRepeats } from "#core/audience/block.ts";
import {
  type BlockNotice,
  type BlockRejection,
  blockRejectHead,
  blockRejectLine,
  type ListFault,
  openBlockList,
} from "#core/imports/block-list.ts";
import { type ReasonTally, withReasons } from "#core/imports/notices.ts";
import { ok, type Result } from "#core/shared/result.ts";
import type { Deps } from "#deps.ts";
import { logFailure } from "#log.ts";
import { excludeBlocked } from "./blocks.ts";

type Needs = Pick<Deps, "campaign" | "newId" | "now" | "store">;

/** Rows that are written at once: some hundred kilobytes of a parameter, of which D1 takes two megabytes. */
const PART_ROWS = 1_000;

/** What became of a list. Every row is in one of the first three counts or is rejected. */
export interface TakenList {
  created: number;
  extended: number;
  unchanged: number;
  rejected: number;
  rejections: ReasonTally<BlockRejection>;
  notices: ReasonTally<BlockNotice>;
  /** The rows that were left out, as a file; null when none was. */
  rejects: string | null;
}

/**
 * Takes over a list of people who must not be written to. Each part of it acts on campaigns under way as soon as it is
 * written. One that breaks off in the middle leaves what it has taken, and may be sent again.
 */
export async function importBlocks(
  deps: Needs,
  tenantId: string,
  bytes: Uint8Array,
  list: { timeZone: string; segmentId: string | null },
): Promise<Result<TakenList, ListFault>> {
  const opened = openBlockList(bytes);
  if (!opened.ok) return opened;
  const { format, parts } = opened.value;
  const segmentOf = format.columns.segment === undefined ? () => undefined : await segmentFinder(deps, tenantId);
  const context = { ...list, now: deps.now(), segmentOf };

  const taken: TakenList = {
    ...{ created: 0, extended: 0, unchanged: 0, rejected: 0 },
    ...{ rejections: {}, notices: {}, rejects: null },
  };
  for (const { blocks, rejects } of parts(context, PART_ROWS)) {
    const { made, extended } = await take(deps, tenantId, withoutRepeats(blocks));
    taken.created += made;
    taken.extended += extended;
    taken.unchanged += blocks.length - made - extended;
    taken.rejected += rejects.length;
    taken.rejections = withReasons(taken.rejections, rejects);
    taken.notices = withReasons(
      taken.notices,
      blocks.flatMap(({ line, notices }) => notices.map((reason) => ({ line, reason }))),
    );
    if (rejects.length === 0) continue;
    taken.rejects ??= blockRejectHead(format);
    taken.rejects += rejects.map((reject) => blockRejectLine(reject, format)).join("");
  }
  return ok(taken);
}

async function take(deps: Needs, tenantId: string, blocks: ListedBlock[]) {
  const listed = blocks.map(({ phone, document, userId, segmentId, reason, contract, until }) => ({
    ...{ id: deps.newId("blk"), phone, document, userId, segmentId, reason, contract, until },
  }));
  // Asked anew for each part: a campaign looks for what has come to cover people since it looked last.
  const { made, extended } = await deps.store(tenantId).blocks.takeListed(listed, deps.now());
  try {
    await excludeBlocked(deps, tenantId, [...made, ...extended]);
  } catch (error) {
    // The blocks stand; a campaign that can't be reached now looks for new ones itself.
    logFailure("exclude_failed", error, { tenantId });
  }
  return { made: made.length, extended: extended.length };
}

/** Segments by id, or by name in any case; a tenant has few. */
async function segmentFinder(deps: Needs, tenantId: string) {
  const { segments } = deps.store(tenantId);
  const byName = new Map<string, string>();
  let cursor: string | undefined;
  do {
    const page = await segments.list({ limit: 200, ...(cursor ? { cursor } : {}) });
    for (const { id, name } of page.data) byName.set(id, id).set(name.trim().toLowerCase(), id);
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return (name: string) => byName.get(name) ?? byName.get(name.toLowerCase());
}
