import { z } from "zod";
import { emptyTally } from "#core/audience/eligibility.ts";
import { EXCLUSIONS } from "#core/audience/exclusion.ts";
import { iso, isoOrNull } from "#core/shared/time.ts";
import type { Preflight as Answer } from "#http/campaigns/preflight.schema.ts";
import { problem } from "#http/kit/errors.ts";
import type { AudienceCount, CheckedCampaign } from "#services/campaigns/preflight.ts";

/** A preflight as the API answers it. */
export function presentPreflight({ report, rest }: CheckedCampaign): Answer {
  const { waves, estimatedCompletionAt, ...others } = report;
  return {
    ...others,
    waves: waves.map(({ index, at, count }) => ({ index, at: iso(at), count })),
    estimatedCompletionAt: isoOrNull(estimatedCompletionAt),
    nextCursor: rest && writeCursor(rest),
  };
}

const count = z.number().int().min(0);
const cursorSchema = z.tuple([
  z.string().max(64),
  count,
  count,
  count,
  z.array(count).length(EXCLUSIONS.length),
  z.record(z.string().max(64), count),
]);

/** What was counted so far, for who asks on. A false one fools only its sender: a launch counts for itself. */
function writeCursor({ after, tooLong, audience, addressesAsSuffix }: AudienceCount): string {
  const excluded = EXCLUSIONS.map((reason) => audience.excluded[reason]);
  return btoa(JSON.stringify([after, tooLong, audience.total, audience.eligible, excluded, addressesAsSuffix]));
}

export function readCursor(cursor: string): AudienceCount {
  const [after, tooLong, total, eligible, numbers, addressesAsSuffix] = decoded(cursor);
  const excluded = { ...emptyTally().excluded };
  for (const [i, reason] of EXCLUSIONS.entries()) excluded[reason] = numbers[i] ?? 0;
  return { after, tooLong, addressesAsSuffix, audience: { total, eligible, excluded } };
}

function decoded(cursor: string): z.infer<typeof cursorSchema> {
  try {
    return cursorSchema.parse(JSON.parse(atob(cursor)));
  } catch {
    const message = "It is none that a check of this campaign has answered.";
    throw problem("invalid_request", "The cursor is not valid.", { errors: [{ path: "cursor", message }] });
  }
}
