import type { Api } from "$lib/api/client.ts";
import type { CampaignInput, Preflight, PreflightIssue, Problem } from "$lib/api/types.ts";

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
    const saved = this.id
      ? await this.#api.updateCampaign(this.id, input)
      : await this.#api.createCampaign(input, this.#creation.key);
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
    const checked = await this.#api.preflight(this.id);
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
