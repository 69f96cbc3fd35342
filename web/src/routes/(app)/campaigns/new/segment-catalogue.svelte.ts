import type { Api } from "$lib/api/client.ts";
import { LONGEST_PAGE } from "$lib/api/paging.ts";
import type { Audience, Contact, Line, Problem, Template } from "$lib/api/types.ts";
import { learnt } from "$lib/features/audiences/filter/filter-choices.ts";

/** Enough contacts to learn which hashtags and attributes an audience has, and to preview messages with. */
const SAMPLE_CONTACTS = 50;

/** What can be chosen from within one segment, and a few contacts of one audience. */
export class SegmentCatalogue {
  audiences = $state.raw<Audience[]>([]);
  lines = $state.raw<Line[]>([]);
  templates = $state.raw<Template[]>([]);
  contacts = $state.raw<Contact[]>([]);
  loading = $state(false);
  problem = $state.raw<Problem | null>(null);

  readonly #api: Api;
  #segmentId = "";
  #audienceId = "";

  constructor(api: Api) {
    this.#api = api;
  }

  async loadSegment(segmentId: string): Promise<void> {
    this.#segmentId = segmentId;
    this.loading = true;
    this.problem = null;
    const query = { segmentId, limit: LONGEST_PAGE };
    const [audiences, lines, templates] = await Promise.all([
      this.#api.GET("/v1/audiences", { params: { query } }),
      this.#api.GET("/v1/lines", { params: { query } }),
      this.#api.GET("/v1/templates", { params: { query: { ...query, status: "APPROVED" } } }),
    ]);
    if (segmentId !== this.#segmentId) return;
    this.loading = false;
    this.audiences = audiences.ok ? audiences.value.data : [];
    this.lines = lines.ok ? lines.value.data.toSorted((a, b) => a.name.localeCompare(b.name)) : [];
    this.templates = templates.ok ? templates.value.data : [];
    const failed = [audiences, lines, templates].find((answer) => !answer.ok);
    if (failed && !failed.ok) this.problem = failed.problem;
  }

  async loadContacts(audienceId: string): Promise<void> {
    this.#audienceId = audienceId;
    const contacts = await this.#api.GET("/v1/contacts", { params: { query: { audienceId, limit: SAMPLE_CONTACTS } } });
    if (audienceId === this.#audienceId) this.contacts = contacts.ok ? contacts.value.data : [];
  }

  /** What the sampled contacts have. */
  get hashtags(): string[] {
    return learnt(this.contacts).hashtags;
  }

  get attributeNames(): string[] {
    return learnt(this.contacts).attributeNames;
  }
}
