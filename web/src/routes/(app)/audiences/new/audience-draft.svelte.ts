import { api } from "$lib/api/browser.ts";
import type { ApiResult, Segment } from "$lib/api/types.ts";
import { FilterDraft } from "$lib/features/audiences/filter/filter-draft.svelte.ts";
import { SameKey } from "$lib/features/audiences/same-key.ts";

/** The segment is to be made together with the audience. */
export const NEW_SEGMENT = "new";

/**
 * An audience as its form holds it. What was made before a later step failed is not made twice: the same form sent again
 * goes on from there.
 */
export class AudienceDraft {
  name = $state("");
  segmentId = $state("");
  segmentName = $state("");
  kind = $state<"fixed" | "dynamic">("fixed");
  /** Who is in a dynamic one. */
  readonly filter = new FilterDraft(null);
  /** Once it is there. */
  audienceId = $state<string | null>(null);

  readonly #segmentKey = new SameKey();
  readonly #audienceKey = new SameKey();

  constructor(segments: Segment[]) {
    this.segmentId = segments.length === 0 ? NEW_SEGMENT : segments.length === 1 ? (segments[0]?.id ?? "") : "";
  }

  get faults(): { name: boolean; segment: boolean; segmentName: boolean; filter: boolean } {
    return {
      name: this.name.trim() === "",
      segment: this.segmentId === "",
      segmentName: this.segmentId === NEW_SEGMENT && this.segmentName.trim() === "",
      filter: this.kind === "dynamic" && !this.filter.isSound,
    };
  }

  get isSound(): boolean {
    return !Object.values(this.faults).includes(true);
  }

  /** Makes the segment, if it is a new one, and tells of it; then the audience. */
  async create(onsegment: (segment: Segment) => void): Promise<ApiResult<unknown>> {
    if (this.segmentId === NEW_SEGMENT) {
      const name = this.segmentName.trim();
      const header = { "Idempotency-Key": this.#segmentKey.for(name) };
      const made = await api.POST("/v1/segments", { params: { header }, body: { name } });
      if (!made.ok) return made;
      this.segmentId = made.value.id;
      onsegment(made.value);
    }
    const common = { segmentId: this.segmentId, name: this.name.trim() };
    const body =
      this.kind === "dynamic"
        ? { ...common, kind: "dynamic" as const, filter: this.filter.filter ?? {} }
        : { ...common, kind: "fixed" as const };
    const header = { "Idempotency-Key": this.#audienceKey.for(JSON.stringify(body)) };
    const made = await api.POST("/v1/audiences", { params: { header }, body });
    if (made.ok) this.audienceId = made.value.id;
    return made;
  }
}
