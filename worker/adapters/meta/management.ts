import type { z } from "zod";
import type { GraphFailure, GraphManagement } from "#core/meta/graph.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import { askForFields, INVALID_PARAMETER } from "./fewer-fields.ts";
import { type CallFailure, GRAPH_TIMING, type GraphSettings, makeGraphCaller } from "./graph-call.ts";
import { listTemplates } from "./template-list.ts";
import { phoneNumber, portfolioId, templateCreated } from "./wire.ts";

/** Older versions lack the portfolio's limit, newer ones may drop the number's. */
const PHONE_NUMBER_FIELDS = [
  "id",
  "display_phone_number",
  "verified_name",
  "status",
  "quality_rating",
  "throughput",
  "is_on_biz_app",
  "whatsapp_business_manager_messaging_limit",
  "messaging_limit_tier",
  "health_status",
];

/** Numbers, accounts and templates at the Graph API. Failures are values, with Meta's code where there is one. */
export function makeGraphManagement(settings: GraphSettings, timing = GRAPH_TIMING): GraphManagement {
  const graph = makeGraphCaller(settings, timing);
  return {
    async phoneNumber(token, phoneNumberId) {
      const answer = await askForFields(PHONE_NUMBER_FIELDS, (fields) =>
        graph.get({ token, path: [phoneNumberId], query: { fields } }),
      );
      return answer.ok ? read(phoneNumber, answer.value) : plain(answer.error);
    },

    async portfolioOf(token, wabaId) {
      const answer = await graph.get({ token, path: [wabaId], query: { fields: "id,name,owner_business_info" } });
      if (!answer.ok) return answer.error.code === INVALID_PARAMETER ? ok(null) : plain(answer.error);
      return read(portfolioId, answer.value);
    },

    async subscribe(token, wabaId) {
      const answer = await graph.post({ token, path: [wabaId, "subscribed_apps"] });
      return answer.ok ? ok(undefined) : plain(answer.error);
    },

    async templates(token, wabaId) {
      const list = await listTemplates(graph, token, wabaId);
      return list.ok ? list : plain(list.error);
    },

    async createTemplate(token, wabaId, { name, language, category, components, parameterFormat }) {
      // A template that names no format is positional.
      const format = parameterFormat === "NAMED" ? { parameter_format: parameterFormat } : {};
      const body = { name, language, category, components, ...format };
      const answer = await graph.post({ token, path: [wabaId, "message_templates"], body });
      if (!answer.ok) return plain(answer.error);
      const created = read(templateCreated, answer.value);
      return created.ok ? ok({ ...created.value, category: created.value.category ?? category }) : created;
    },
  };
}

/** An answer of another form than Meta's says nothing, so it counts as none. */
function read<T>(schema: z.ZodType<T>, value: unknown): Result<T, GraphFailure> {
  const answer = schema.safeParse(value);
  return answer.success
    ? ok(answer.data)
    : err({ kind: "unreachable", code: null, detail: "the answer is not one of Meta's" });
}

const plain = ({ kind, code, detail }: CallFailure) => err<GraphFailure>({ kind, code, detail });
