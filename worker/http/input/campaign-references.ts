import type { Sender } from "../../core/model.ts";
import type { TenantStore } from "../../deps.ts";
import { problem } from "../errors.ts";

interface References {
  segmentId: string;
  audienceId: string;
  templateId: string;
  sender: Sender;
}

/** Everything a campaign names must be the tenant's, and its audience the segment's; each that is not is listed. */
export async function checkReferences(store: TenantStore, named: References): Promise<void> {
  const lineId = named.sender.mode === "line" ? named.sender.lineId : null;
  const [segment, audience, template, line] = await Promise.all([
    store.segments.get(named.segmentId),
    store.audiences.get(named.audienceId),
    store.templates.get(named.templateId),
    lineId === null ? null : store.lines.get(lineId),
  ]);
  const errors: { path: string; message: string }[] = [];
  const missing = (path: string, what: string) => errors.push({ path, message: `There is no ${what} with this id.` });
  if (!segment) missing("segmentId", "segment");
  if (!audience) missing("audienceId", "audience");
  else if (segment && audience.segmentId !== segment.id) {
    errors.push({ path: "audienceId", message: "The audience belongs to another segment." });
  }
  if (!template) missing("templateId", "template");
  if (lineId !== null && !line) missing("sender.lineId", "line");
  if (errors.length > 0) {
    throw problem("invalid_request", "The campaign names things that are not there; see errors.", { errors });
  }
}
