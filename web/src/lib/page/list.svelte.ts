import type { ApiResult, Page, Problem } from "$lib/api/types.ts";
import { keepPrevious } from "./keep-previous.svelte.ts";

/** One page of a list of the API's, on its way or here. */
export interface List<Row> {
  /** Empty until the first answer, and while there is a problem. */
  readonly rows: readonly Row[];
  readonly problem: Problem | null;
  readonly nextCursor: string | null;
  /** Whether there has been an answer. */
  readonly loaded: boolean;
  /** Whether another answer is on its way. */
  readonly pending: boolean;
}

type Answer<Row> = ApiResult<Page<Row>>;

/** The list that a page's load gives; what is shown stays until the next answer has come. */
export function createList<Row>(source: () => Answer<Row> | Promise<Answer<Row>>): List<Row> {
  const answer = keepPrevious(source);
  return {
    get rows() {
      return answer.value?.ok ? answer.value.value.data : [];
    },
    get problem() {
      return answer.value && !answer.value.ok ? answer.value.problem : null;
    },
    get nextCursor() {
      return answer.value?.ok ? answer.value.value.nextCursor : null;
    },
    get loaded() {
      return answer.value !== undefined;
    },
    get pending() {
      return answer.pending;
    },
  };
}
