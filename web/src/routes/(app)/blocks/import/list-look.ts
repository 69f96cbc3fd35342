import {
  BLOCK_NOTICE_WORDS,
  BLOCK_REJECTION_WORDS,
  type BlockNotice,
  type BlockRejection,
  type ListContext,
  type ListFault,
  MOST_LIST_BYTES,
  openBlockList,
  type ReadBlock,
} from "$core/imports/block-list.ts";
import { type ReasonTally, withReasons } from "$core/imports/notices.ts";
import { err, ok, type Result } from "$core/shared/result.ts";

/** As many rows as are read without a pause that anybody notices. */
const MOST_ROWS = 500;
/** As many as a person compares with the file. */
const MOST_SAMPLES = 5;

/** What would become of a list's first rows. */
export interface ListLook {
  /** Of the whole list. */
  rows: number;
  /** How many of them were read here. */
  read: number;
  good: number;
  samples: ReadBlock[];
  reasons: { code: string; message: string; count: number }[];
  /** It has a column that names segments. */
  namesSegments: boolean;
}

/** Looks at the first rows by the same rules by which they will be taken. Throws when the file is no longer there. */
export async function lookAtList(file: Blob, context: ListContext): Promise<Result<ListLook, ListFault | "too_large">> {
  if (file.size > MOST_LIST_BYTES) return err("too_large");
  const opened = openBlockList(new Uint8Array(await file.arrayBuffer()));
  if (!opened.ok) return opened;
  const { rows, format, parts } = opened.value;
  const first = parts(context, MOST_ROWS).next();
  const { blocks, rejects } = first.done ? { blocks: [], rejects: [] } : first.value;
  const rejections = withReasons<BlockRejection>({}, rejects);
  const notices = withReasons<BlockNotice>(
    {},
    blocks.flatMap(({ line, notices }) => notices.map((reason) => ({ line, reason }))),
  );
  return ok({
    rows,
    read: blocks.length + rejects.length,
    good: blocks.length,
    samples: blocks.slice(0, MOST_SAMPLES),
    reasons: [...counted(rejections, BLOCK_REJECTION_WORDS), ...counted(notices, BLOCK_NOTICE_WORDS)],
    namesSegments: format.columns.segment !== undefined,
  });
}

const counted = <Code extends string>(tally: ReasonTally<Code>, words: Record<Code, string>) =>
  (Object.keys(words) as Code[]).flatMap((code) => {
    const found = tally[code];
    return found ? [{ code, message: words[code], count: found.count }] : [];
  });
