import type { Preflight } from "../../core/preflight.ts";
import type { Preflight as Answer } from "../schemas/campaigns.ts";

const iso = (at: number) => new Date(at).toISOString();

/** A preflight as the API answers it. */
export function presentPreflight({ waves, estimatedCompletionAt, ...rest }: Preflight): Answer {
  return {
    ...rest,
    waves: waves.map(({ index, at, count }) => ({ index, at: iso(at), count })),
    estimatedCompletionAt: estimatedCompletionAt === null ? null : iso(estimatedCompletionAt),
  };
}
