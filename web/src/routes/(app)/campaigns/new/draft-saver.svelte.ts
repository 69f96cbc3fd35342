import { outlivesPage } from "$lib/api/browser.ts";
import type { Api } from "$lib/api/client.ts";
import type { ApiResult, CampaignInput, Preflight, PreflightIssue, Problem } from "$lib/api/types.ts";

/**
 * Keeps a draft saved and checked. Savings never overlap: what changes during one is saved right after it, so the
 * last words typed are the ones that stay.
 */
export class DraftSaver {
  id = $state<string | null>(null);
  saving = $state(false);
  savedAt = $state<string | null>(null);
  /** Why the last saving or check failed, and of which form. */
  problem = $state.raw<Problem | null>(null);
  failedText = $state("");
  preflight = $state.raw<Preflight | null>(null);
  /** The form as it was when last saved, as text to compare with. */
  savedText = $state("");
  /** The form that the preflight speaks of. */
  checkedText = $state("");

  readonly #api: Api;
  #queue: Promise<void> = Promise.resolve();
  /** A creation whose answer was lost is sent again under its key; another body needs another key. */
  #creation = { text: "", key: "" };

  constructor(api: Api, saved: { id: string; text: string } | null) {
    this.#api = api;
    this.id = saved?.id ?? null;
    this.savedText = saved?.text ?? "";
  }

  /** Saves unless nothing changed; the request outlives the page. */
  save(input: CampaignInput): Promise<void> {
    this.#queue = this.#queue.then(async () => {
      await this.#save(input);
    });
    return this.#queue;
  }

  /** Saves unless nothing changed, then asks the API whether it could be launched. */
  saveAndCheck(input: CampaignInput): Promise<void> {
    this.#queue = this.#queue.then(async () => {
      this.saving = true;
      if (await this.#save(input)) await this.#check(JSON.stringify(input));
      this.saving = false;
    });
    return this.#queue;
  }

  /** What a refused launch named, in place of what the last check had found. */
  adoptIssues(issues: PreflightIssue[]): void {
    if (this.preflight) this.preflight = { ...this.preflight, ok: false, issues };
  }

  async #save(input: CampaignInput): Promise<boolean> {
    const text = JSON.stringify(input);
    if (this.id && text === this.savedText) {
      this.problem = null;
      return true;
    }
    if (!this.id && text !== this.#creation.text) this.#creation = { text, key: crypto.randomUUID() };
    const request = { body: input, ...outlivesPage(text) };
    const saved = this.id
      ? await this.#api.PATCH("/v1/campaigns/{id}", { ...pathOf(this.id), ...request })
      : await this.#api.POST("/v1/campaigns", {
          params: { header: { "Idempotency-Key": this.#creation.key } },
          ...request,
        });
    if (!saved.ok) {
      this.#fail(saved.problem, text);
      return false;
    }
    this.problem = null;
    this.id = saved.value.id;
    this.savedText = text;
    this.savedAt = saved.value.updatedAt;
    return true;
  }

  async #check(text: string): Promise<void> {
    if (!this.id || (this.preflight && text === this.checkedText)) return;
    const checked = await preflightOf(this.#api, this.id);
    if (checked.ok) {
      this.preflight = checked.value;
      this.checkedText = text;
    } else {
      this.#fail(checked.problem, text);
    }
  }

  #fail(problem: Problem, text: string): void {
    this.problem = problem;
    this.failedText = text;
  }
}

const pathOf = (id: string) => ({ params: { path: { id } } });

/** Of a very large audience each request counts a part; this asks until all are counted. */
async function preflightOf(api: Api, id: string): Promise<ApiResult<Preflight>> {
  for (let cursor: string | undefined; ; ) {
    const params = { path: { id }, query: { cursor } };
    const answer: ApiResult<Preflight> = await api.POST("/v1/campaigns/{id}/preflight", { params });
    if (!answer.ok || answer.value.nextCursor === null) return answer;
    cursor = answer.value.nextCursor;
  }
}
