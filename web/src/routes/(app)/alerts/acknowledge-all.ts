import type { Api } from "$lib/api/client.ts";
import { LONGEST_PAGE } from "$lib/api/paging.ts";
import type { Alert, ApiResult, Page } from "$lib/api/types.ts";

const AT_ONCE = 5;

/**
 * Acknowledges every alert that is open now; what opens meanwhile stays. Ends at the first refusal.
 * @returns how many were acknowledged
 */
export async function acknowledgeAll(api: Api): Promise<ApiResult<number>> {
  const ids: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query: { status: "open"; limit: number; cursor: string } = { status: "open", limit: LONGEST_PAGE, cursor };
    const page: ApiResult<Page<Alert>> = await api.GET("/v1/alerts", { params: { query } });
    if (!page.ok) return page;
    ids.push(...page.value.data.map(({ id }) => id));
    cursor = page.value.nextCursor;
  }
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    const answers = await Promise.all(
      ids.slice(i, i + AT_ONCE).map((id) => api.POST("/v1/alerts/{id}/acknowledge", { params: { path: { id } } })),
    );
    const refused = answers.find((answer) => !answer.ok);
    if (refused && !refused.ok) return refused;
  }
  return { ok: true, value: ids.length };
}
