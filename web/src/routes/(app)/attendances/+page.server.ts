import { parsePhone } from "$core/shared/phone.ts";
import { keyOf } from "$lib/api/key-of.ts";
import type { ApiResult, Attendance, Page } from "$lib/api/types.ts";
import { readCursor, readFilters } from "$lib/page/address.ts";
import { channelLabels } from "$lib/text/audience/attendance.ts";
import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 50;
const STATES = { true: "true", false: "false" } as const;
const NOBODY: ApiResult<Page<Attendance>> = { ok: true, value: { data: [], nextCursor: null } };

export const load: PageServerLoad = async ({ locals, url, isDataRequest, depends }) => {
  depends("app:attendances");
  // Who is being served now, unless something else is asked for.
  const filters = readFilters(
    url,
    { active: "true", channel: "", phone: "" },
    { active: ["true", "false", "all"], channel: Object.keys(channelLabels) },
  );
  const { active, channel, phone } = filters.values;
  const query = {
    active: keyOf(STATES, active),
    channel: keyOf(channelLabels, channel),
    phone,
    cursor: readCursor(url),
    limit: PAGE_SIZE,
  };
  // The API looks for whole numbers and refuses others; of one that is still being typed it need not be asked.
  const isTyping = phone !== "" && !parsePhone({ number: phone }).ok;
  const list = isTyping ? Promise.resolve(NOBODY) : locals.api.GET("/v1/attendances", { params: { query } });
  return { filters, attendances: isDataRequest ? list : await list };
};
