import type { Api } from "$lib/api/client.ts";
import type { ApiResult } from "$lib/api/types.ts";

const PAGE_SIZE = 200;
const AT_ONCE = 5;

/**
 * Acknowledges every alert that is open now; what opens meanwhile stays. Ends at the first refusal.
 * @returns how many were acknowledged
 */
export async function acknowledgeAll(api: Pick<Api, "alerts" | "acknowledgeAlert">): Promise<ApiResult<number>> {
  const ids: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: Awaited<ReturnType<Api["alerts"]>> = await api.alerts({ status: "open", limit: PAGE_SIZE, cursor });
    if (!page.ok) return page;
    ids.push(...page.value.data.map(({ id }) => id));
    cursor = page.value.nextCursor;
  }
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    const answers = await Promise.all(ids.slice(i, i + AT_ONCE).map((id) => api.acknowledgeAlert(id)));
    const refused = answers.find((answer) => !answer.ok);
    if (refused && !refused.ok) return refused;
  }
  return { ok: true, value: ids.length };
}
