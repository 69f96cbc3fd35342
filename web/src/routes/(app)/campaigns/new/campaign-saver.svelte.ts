import type { Api } from "$lib/api/client.ts";
import type { CampaignInput, Preflight, PreflightIssue } from "$lib/api/types.ts";
import { DraftSaver } from "$lib/forms/draft-saver.svelte.ts";

/** Keeps a campaign's draft saved, and checked whether it could be launched. */
export class CampaignSaver extends DraftSaver<CampaignInput> {
  saving = $state(false);
  preflight = $state.raw<Preflight | null>(null);
  /** The form that the preflight speaks of. */
  checkedText = $state("");

  readonly #api: Api;

  constructor(api: Api, saved: { id: string; text: string } | null) {
    super({ create: api.createCampaign, update: api.updateCampaign }, saved);
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
    const checked = await this.#api.preflight(this.id);
    if (checked.ok) {
      this.preflight = checked.value;
      this.checkedText = text;
    } else {
      this.fail(checked.problem, text);
    }
  }
}
