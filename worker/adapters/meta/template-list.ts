import type { ListedTemplate } from "#core/meta/graph.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import { askForList } from "./fewer-fields.ts";
import type { CallFailure, GraphCaller } from "./graph-call.ts";
import { readTemplate, templatePage } from "./wire.ts";

const LEAST = ["id", "name", "language", "status", "category", "components"];
const FIELDS = [...LEAST, "parameter_format", "rejected_reason"];
/** Meta's largest page. */
const PAGE_SIZE = 100;
/** A portfolio has at most 6000 templates; servers with small pages need more of them. */
const MAX_PAGES = 400;
/** "Invalid cursor": the list has to be read from its start again. */
const BAD_CURSOR = 131059;
const MAX_STARTS = 2;

type Listing = Result<ListedTemplate[], CallFailure>;

/** Every template of an account. A list that can't be read to its end is a failure: half of one looks like removals. */
export async function listTemplates(graph: GraphCaller, token: string, wabaId: string): Promise<Listing> {
  for (let start = 1; ; start++) {
    const list = await readPages(graph, token, wabaId);
    if (list.ok || list.error.code !== BAD_CURSOR || start === MAX_STARTS) return list;
  }
}

async function readPages(graph: GraphCaller, token: string, wabaId: string): Promise<Listing> {
  const templates: ListedTemplate[] = [];
  const seen = new Set<string>();
  let after: string | null = null;
  for (let pages = 1; pages <= MAX_PAGES; pages++) {
    const answer = await askForList(FIELDS, LEAST, (fields) => {
      const query = { fields, limit: String(PAGE_SIZE), ...(after === null ? {} : { after }) };
      return graph.get({ token, path: [wabaId, "message_templates"], query });
    });
    if (!answer.ok) return answer;
    const page = templatePage.safeParse(answer.value);
    if (!page.success) return unreadable("the list of templates has an unknown form");
    templates.push(...page.data.data.flatMap((item) => readTemplate(item) ?? []));
    after = cursorAfter(page.data.paging);
    if (after === null) return ok(templates);
    if (seen.has(after)) break;
    seen.add(after);
  }
  return unreadable("the list of templates does not end");
}

/**
 * Where the next page starts; null at the end, which only a missing `next` tells: the last page has cursors too. The
 * address in `next` is not followed as it stands, for our token goes only to the Graph API that we were told of.
 */
function cursorAfter(paging: ReturnType<typeof templatePage.parse>["paging"]): string | null {
  if (!paging?.next) return null;
  if (paging.cursors?.after) return paging.cursors.after;
  return URL.canParse(paging.next) ? new URL(paging.next).searchParams.get("after") : null;
}

const unreadable = (detail: string) => err<CallFailure>({ kind: "unreachable", code: null, subcode: null, detail });
