import type { Deps } from "#deps.ts";

/** Bytes of an object from `offset` on; `last` when they reach its end. */
export interface WindowView {
  bytes: Uint8Array;
  last: boolean;
}

/**
 * Reads an object of any size by ranges, one at a time in memory. A range is read again only when less than half of it
 * lies ahead, so small steps do not cost a read each.
 *
 * @returns a function that answers null when the object is gone
 */
export function fileWindow(files: Deps["files"], key: string, size: number, windowBytes: number) {
  let start = 0;
  let buffer: Uint8Array = new Uint8Array();
  return async (offset: number): Promise<WindowView | null> => {
    const end = start + buffer.length;
    if (offset < start || (end < size && end - offset < windowBytes / 2)) {
      const bytes = await files.read(key, { offset, length: Math.min(windowBytes, size - offset) });
      if (!bytes) return null;
      buffer = bytes;
      start = offset;
    }
    return { bytes: buffer.subarray(offset - start), last: start + buffer.length >= size };
  };
}
