import { outlivesPage } from "$lib/api/browser.ts";
import type { Api } from "$lib/api/client.ts";
import type { ApiResult, CampaignInput, Preflight, PreflightIssue } from "$lib/api/types.ts";
import { DraftSaver, type DraftStore } from "$lib/forms/draft-saver.svelte.ts";

/** Keeps a campaign's draft saved, and checked whether it could be launched. */
export class CampaignSaver extends DraftSaver<CampaignInput> {
  saving = $state(false);
  preflight = $state.raw<Preflight | null>(null);
  /** The form that the preflight speaks of. */
  checkedText = $state("");

  readonly #api: Api;

  constructor(api: Api, saved: { id: string; text: string } | null) {
    super(storeOf(api), saved);
    this.#api = api;
  }

  /** Saves unless nothing changed, then asks the API whether it could be launched. */
  saveAndCheck(input: CampaignInput): Promise<void> {
    return this.inTurn(async () => {
      this.saving = true;
      if (await this.saveNow(input)) await this.#check(JSON.stringify(input));
      this.saving = false;
    });
  }

  /** What a refused launch named, in place of what the last check had found. */
  adoptIssues(issues: PreflightIssue[]): void {
    if (this.preflight) this.preflight = { ...this.preflight, ok: false, issues };
  }

  async #check(text: string): Promise<void> {
    if (!this.id || (this.preflight && text === this.checkedText)) return;
    const checked = await preflightOf(this.#api, this.id);
    if (checked.ok) {
      this.preflight = checked.value;
      this.checkedText = text;
    } else {
      this.fail(checked.problem, text);
    }
  }
}

const bodyOf = (body: CampaignInput) => ({ body, ...outlivesPage(JSON.stringify(body)) });

const storeOf = (api: Api): DraftStore<CampaignInput> => ({
  create: (input, idempotencyKey) =>
    api.POST("/v1/campaigns", { params: { header: { "Idempotency-Key": idempotencyKey } }, ...bodyOf(input) }),
  update: (id, input) => api.PATCH("/v1/campaigns/{id}", { params: { path: { id } }, ...bodyOf(input) }),
});

/** Of a very large audience each request counts a part; this asks until all are counted. */
async function preflightOf(api: Api, id: string): Promise<ApiResult<Preflight>> {
  for (let cursor: string | undefined; ; ) {
    const params = { path: { id }, query: { cursor } };
    const answer: ApiResult<Preflight> = await api.POST("/v1/campaigns/{id}/preflight", { params });
    if (!answer.ok || answer.value.nextCursor === null) return answer;
    cursor = answer.value.nextCursor;
  }
}
