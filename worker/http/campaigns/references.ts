import type { AudienceFilter } from "#core/audience/audience-filter.ts";
import type { DraftSender } from "#core/lines/sender.ts";
import type { TenantStore } from "#deps.ts";
import { missingInFilter } from "#http/audience/filter-references.ts";
import { problem } from "#http/kit/errors.ts";

interface References {
  segmentId: string | null;
  audienceId: string | null;
  templateId: string | null;
  sender: DraftSender;
  filter?: AudienceFilter | null | undefined;
}

/** Everything a campaign names must be the tenant's, and its audience the segment's; each that is not is listed. Null names nothing. */
export async function checkReferences(store: TenantStore, named: References): Promise<void> {
  const { segmentId, audienceId, templateId, sender, filter } = named;
  const lineId = sender.mode === "line" ? sender.lineId : null;
  const [segment, audience, template, line, missingFromFilter] = await Promise.all([
    segmentId === null ? null : store.segments.get(segmentId),
    audienceId === null ? null : store.audiences.get(audienceId),
    templateId === null ? null : store.templates.get(templateId),
    lineId === null ? null : store.lines.get(lineId),
    missingInFilter(store, filter),
  ]);
  const errors = [...missingFromFilter];
  const missing = (path: string, what: string) => errors.push({ path, message: `There is no ${what} with this id.` });
  if (segmentId !== null && !segment) missing("segmentId", "segment");
  if (audienceId !== null && !audience) missing("audienceId", "audience");
  if (segment && audience && audience.segmentId !== segment.id) {
    errors.push({ path: "audienceId", message: "The audience belongs to another segment." });
  }
  if (templateId !== null && !template) missing("templateId", "template");
  if (lineId !== null && !line) missing("sender.lineId", "line");
  if (errors.length > 0) {
    throw problem("invalid_request", "The campaign names things that are not there; see errors.", { errors });
  }
}
