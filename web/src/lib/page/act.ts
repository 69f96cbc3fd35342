import type { ApiResult, Problem } from "$lib/api/types.ts";

/** What a person is told: in a word, or with what has to be said besides. */
export type Told = string | { title: string; description?: string; tone?: Tone };
type Tone = "success" | "warning" | "error";

interface Words<T> {
  /** What is said of a success. */
  done: (value: T) => Told;
  /** What is said of a refusal, where the problem's own words are not enough. */
  refused?: (problem: Problem) => Told | undefined;
}

/** Waits for what the API answers to an action and tells the person how it went. */
export async function act<T>(asked: Promise<ApiResult<T>>, { done, refused }: Words<T>): Promise<ApiResult<T>> {
  const answer = await asked;
  if (answer.ok) tell("success", done(answer.value));
  else tell("error", refused?.(answer.problem) ?? answer.problem.text);
  return answer;
}

/** Shows a toast. What shows them comes after a page's first load, as the application's layout has it. */
export function tell(tone: Tone, told: Told): void {
  void import("$lib/ui/Toasts.svelte").then(({ toast }) => {
    if (typeof told === "string") toast[tone](told);
    else toast[told.tone ?? tone](told.title, told.description ? { description: told.description } : {});
  });
}
