import { tick } from "svelte";
import type { ApiResult, Problem } from "$lib/api/types.ts";

/** A form that is saved as a whole: whether it is on its way, and why it was refused. */
export class Form {
  saving = $state(false);
  problem = $state.raw<Problem | null>(null);

  /**
   * Sends what the form holds, and then has `settle` bring the screen up to date.
   *
   * @returns whether it was taken
   */
  async save(send: () => Promise<ApiResult<unknown>>, settle: () => Promise<void>): Promise<boolean> {
    this.saving = true;
    const answer = await send();
    if (answer.ok) await settle();
    this.saving = false;
    this.problem = answer.ok ? null : answer.problem;
    return answer.ok;
  }
}

/** Brings the first field that is wrong into sight, and the focus there. */
export async function showFirstFault(): Promise<void> {
  await tick();
  const fault = document.querySelector<HTMLElement>("#content [aria-invalid='true'], #content [role='alert']");
  fault?.scrollIntoView({ block: "center" });
  fault?.focus({ preventScroll: true });
}
