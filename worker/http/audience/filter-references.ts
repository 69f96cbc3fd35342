import { type AudienceFilter, askedAbout } from "#core/audience/audience-filter.ts";
import type { TenantStore } from "#deps.ts";
import { problem } from "#http/kit/errors.ts";

/**
 * What a filter names that is not there, each with its path: segments and audiences must be the tenant's, and the
 * audiences have listed members, since dynamic ones could name each other in a circle.
 */
export async function missingInFilter(store: TenantStore, filter: AudienceFilter | null | undefined) {
  if (!filter) return [];
  const named = askedAbout(filter);
  const [fixed, segments] = await Promise.all([
    named.audienceIds.length > 0 ? store.audiences.fixedAmong(named.audienceIds) : [],
    named.segmentIds.length > 0 ? store.segments.among(named.segmentIds) : [],
  ]);
  const errors: { path: string; message: string }[] = [];
  const look = (path: string, ids: readonly string[] | undefined, known: readonly string[], message: string) => {
    for (const [index, id] of (ids ?? []).entries()) {
      if (!known.includes(id)) errors.push({ path: `filter.${path}.${index}`, message });
    }
  };
  const noAudience = "There is no audience with this id whose members are listed; dynamic ones can't stand here.";
  look("audienceIds.in", filter.audienceIds?.in, fixed, noAudience);
  look("audienceIds.notIn", filter.audienceIds?.notIn, fixed, noAudience);
  look("segmentIds", filter.segmentIds, segments, "There is no segment with this id.");
  return errors;
}

/** Refuses a filter that names what is not there. */
export async function checkFilter(store: TenantStore, filter: AudienceFilter): Promise<void> {
  const errors = await missingInFilter(store, filter);
  if (errors.length > 0)
    throw problem("invalid_request", "The filter names things that are not there; see errors.", { errors });
}
