import { z } from "zod";
import { SKIP_REASONS } from "#core/audience/exclusion.ts";
import { parseJson } from "#core/shared/json.ts";

const code = z.number().int();

/**
 * What happens to a recipient, with what is to be said of it. A campaign's object stores events with these parameters,
 * and tells them to the API and its screens.
 */
export const historyEvent = z.discriminatedUnion("event", [
  /** `wave` from 0 on, null while waves are not planned. */
  z.object({ event: z.literal("prepared"), wave: z.number().int().nullable() }),
  z.object({ event: z.literal("skipped"), reason: z.enum(SKIP_REASONS) }),
  /** `choice` is the rotation's; the first versions wrote it as a sentence. */
  z.object({ event: z.literal("queued"), lineId: z.string(), choice: z.string() }),
  /** Written by earlier versions only. */
  z.object({ event: z.literal("requeued"), reason: z.literal("queue_late") }),
  z.object({ event: z.literal("held"), reason: z.literal("meta_pacing") }),
  /** Meta's code of a refusal, and what became of the message then. */
  z.object({ event: z.literal("refused"), code, disposition: z.enum(["waits", "paused", "refused"]) }),
  z.object({ event: z.literal("moved"), reason: z.literal("by_user") }),
  z.object({ event: z.literal("in_doubt"), reason: z.enum(["no_answer", "no_result"]) }),
  z.object({ event: z.literal("doubt_ended"), reason: z.literal("day_passed") }),
  z.object({
    event: z.literal("resend_withheld"),
    reason: z.enum(["no_consent", "in_service", "blocked", "frequency_cap"]),
  }),
  z.object({ event: z.literal("resent"), reason: z.literal("by_user") }),
  z.object({ event: z.literal("sent") }),
  z.object({ event: z.literal("delivered") }),
  z.object({ event: z.literal("read") }),
  z.object({ event: z.literal("failed"), code: code.nullable(), message: z.string() }),
  z.object({ event: z.literal("failed_after_delivery"), code }),
  z.object({ event: z.literal("replied"), kind: z.string(), channel: z.enum(["idr", "operation"]) }),
]);
export type HistoryEvent = z.infer<typeof historyEvent>;

/** Short and stable words for programs: "131026 refused", "wave 1". People read the parameters, translated. */
export function detailOf(happened: HistoryEvent): string {
  switch (happened.event) {
    case "prepared":
      return happened.wave === null ? "" : `wave ${happened.wave + 1}`;
    case "queued":
      return `line ${happened.lineId}: ${happened.choice}`;
    case "refused":
      return `${happened.code} ${happened.disposition}`;
    case "failed":
      return `${happened.code ?? ""} ${happened.message}`.trim();
    case "failed_after_delivery":
      return String(happened.code);
    case "replied":
      return `${happened.kind}, ${happened.channel}`;
    case "sent":
    case "delivered":
    case "read":
      return "";
    default:
      return happened.reason;
  }
}

/** An event as a row holds it: its name, by which rows are looked for, and the whole as JSON. */
export const storeEvent = (happened: HistoryEvent): { event: string; detail: string } => ({
  event: happened.event,
  detail: JSON.stringify(happened),
});

/** The event of a row, also of one that an earlier version wrote in words. Null when they are none of these. */
export function readEvent(event: string, detail: string): HistoryEvent | null {
  const stored = detail.startsWith("{") ? parseJson(detail) : { event, ...earlierParameters(event, detail) };
  const read = historyEvent.safeParse(stored);
  return read.success ? read.data : null;
}

/** What earlier versions stored was the event's words for programs. */
function earlierParameters(event: string, words: string): object {
  switch (event) {
    case "refused": {
      const [, refusalCode, disposition] = /^(-?\d+) (\w+)$/.exec(words) ?? [];
      return { code: Number(refusalCode), disposition };
    }
    case "failed_after_delivery":
      return { code: Number(words) };
    default:
      return { reason: words };
  }
}
