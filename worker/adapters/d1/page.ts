/** A page of a list and the cursor of the next: the id of its last row, so that paging is stable under writes. */
export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}
export interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

/** Takes `limit + 1` rows as read; the extra one only says that there is more. */
export function toPage<T extends { id: string }>(rows: T[], limit: number): Page<T> {
  const data = rows.slice(0, limit);
  return { data, nextCursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null };
}
