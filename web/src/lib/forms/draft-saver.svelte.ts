import type { ApiResult, Problem } from "$lib/api/types.ts";

interface Saved {
  id: string;
  updatedAt: string;
}
/** Where drafts are kept. The requests have to outlive the page. */
export interface DraftStore<Input> {
  create(input: Input, idempotencyKey: string): Promise<ApiResult<Saved>>;
  update(id: string, input: Input): Promise<ApiResult<Saved>>;
}

/**
 * Keeps a draft saved while it is edited. Savings never overlap: what changes during one is saved right after it, so the
 * last words typed are the ones that stay.
 */
export class DraftSaver<Input> {
  /** Null until it has been saved for the first time. */
  id = $state<string | null>(null);
  savedAt = $state<string | null>(null);
  /** Why the last step failed, and of which form. */
  problem = $state.raw<Problem | null>(null);
  failedText = $state("");
  /** The form as it was when last saved, as text to compare with. */
  savedText = $state("");

  readonly #store: DraftStore<Input>;
  #queue: Promise<void> = Promise.resolve();
  /** A creation whose answer was lost is sent again under its key; another body needs another key. */
  #creation = { text: "", key: "" };

  constructor(store: DraftStore<Input>, saved: { id: string; text: string } | null) {
    this.#store = store;
    this.id = saved?.id ?? null;
    this.savedText = saved?.text ?? "";
  }

  /** Saves unless nothing changed. */
  save(input: Input): Promise<void> {
    return this.inTurn(async () => {
      await this.saveNow(input);
    });
  }

  /** Does a step after all that were asked for before it. */
  protected inTurn(step: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(step);
    return this.#queue;
  }

  /** For a step that has its turn. @returns whether what is saved is this input */
  protected async saveNow(input: Input): Promise<boolean> {
    const text = JSON.stringify(input);
    if (this.id && text === this.savedText) {
      this.problem = null;
      return true;
    }
    if (!this.id && text !== this.#creation.text) this.#creation = { text, key: crypto.randomUUID() };
    const saved = this.id
      ? await this.#store.update(this.id, input)
      : await this.#store.create(input, this.#creation.key);
    if (!saved.ok) {
      this.fail(saved.problem, text);
      return false;
    }
    this.problem = null;
    this.id = saved.value.id;
    this.savedText = text;
    this.savedAt = saved.value.updatedAt;
    return true;
  }

  protected fail(problem: Problem, text: string): void {
    this.problem = problem;
    this.failedText = text;
  }
}
