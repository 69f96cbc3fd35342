import { z } from "@hono/zod-openapi";
import { foldKeyword, LONGEST_KEYWORD } from "#core/audience/keywords.ts";
import { CAP_CATEGORIES, CAP_LIMITS, type FrequencyCap, MOST_CAPS } from "#core/campaigns/frequency-caps.ts";
import { LIMITS, type SendingWindow } from "#core/campaigns/policy.ts";
import { type WindowFault, windowFaults } from "#core/campaigns/sending-window-check.ts";
import { canonicalTimeZone } from "#core/shared/time-zone.ts";
import { visibleText } from "#core/shared/visible-text.ts";

const share = z.number().min(0).max(1);
const time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "HH:mm, such as 08:00")
  .openapi({ example: "08:00" });
const endTime = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "HH:mm, such as 18:30; 24:00 is the end of the day")
  .openapi({ example: "20:00" });

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const windowFields = {
  timeZone: z
    .string()
    .max(64)
    .overwrite((name) => canonicalTimeZone(name) ?? name)
    .openapi({ example: "America/Sao_Paulo" }),
  hours: z
    .array(
      z
        .object({
          days: z
            // Said again for the document, which would name only the first.
            .array(z.literal(WEEKDAYS).openapi({ enum: [...WEEKDAYS] }))
            .min(1)
            .max(7)
            .openapi({ description: "Monday is 1, Sunday is 7.", example: [1, 2, 3, 4, 5] }),
          from: time,
          to: endTime,
        })
        .strict(),
    )
    .min(1)
    .max(50),
  holidays: z
    .array(z.iso.date("a day such as 2026-12-25"))
    .max(200)
    .overwrite((days) => [...new Set(days)].sort())
    .default([])
    .openapi({ description: "Days without sends, in the window's time zone.", example: ["2026-12-25"] }),
};
const FAULTS: Record<WindowFault["code"], string> = {
  unknown_time_zone: "An IANA time zone such as America/Sao_Paulo.",
  ends_before_it_begins: "Must be later than `from`; hours over midnight are two entries, to 24:00 and from 00:00.",
  overlapping_hours: "These hours overlap others of the same day.",
  too_little_time: "The window must be open for at least one hour a week.",
};
/** What the fields can't say one by one, once each of them is right. */
const addFaults = (window: SendingWindow, context: z.RefinementCtx) => {
  if (context.issues.length > 0) return;
  for (const { code, path } of windowFaults(window)) context.addIssue({ code: "custom", path, message: FAULTS[code] });
};
export const sendingWindow = z.object(windowFields).strict().superRefine(addFaults).openapi("SendingWindow");
export const sendingWindowChoice = z.discriminatedUnion("mode", [
  z.object({ mode: z.literal("tenant") }).strict(),
  z.object({ mode: z.literal("none") }).strict(),
  z
    .object({ mode: z.literal("custom"), ...windowFields })
    .strict()
    .superRefine(addFaults),
]);
export const waveGate = z
  .object({ maxFailureRate: share, maxOptOutRate: share, stopOnRedLine: z.boolean() })
  .strict()
  .openapi("WaveGate");
const whole = ([least, most]: readonly [number, number]) => z.number().int().min(least).max(most);
const frequencyCap = z
  .object({
    category: z.enum(CAP_CATEGORIES).openapi({
      description: "Which messages it counts, and which it holds back: those of this category of templates, or `any`.",
    }),
    messages: whole(CAP_LIMITS.messages),
    days: whole(CAP_LIMITS.days),
  })
  .strict()
  .openapi("FrequencyCap");
const addRepeatedCaps = (caps: FrequencyCap[], context: z.RefinementCtx) => {
  const known = new Set<string>();
  for (const [place, { category, days }] of caps.entries()) {
    const key = `${category}/${days}`;
    if (known.has(key))
      context.addIssue({
        code: "custom",
        path: [place],
        message: "There is a cap of this category and these days already.",
      });
    known.add(key);
  }
};
/** One, or a few words, of which something is left when punctuation does not count. */
const keyword = z
  .string()
  .overwrite(visibleText)
  .trim()
  .max(LONGEST_KEYWORD)
  .refine((word) => foldKeyword(word) !== "", { message: "has neither letters nor digits" });
const keywords = z.array(keyword).max(50);
const decided = {
  failureRateThreshold: z.number().gt(0).max(1),
  failureRateMinimum: whole(LIMITS.failureRateMinimum),
  waveGate: waveGate.nullable(),
  missedStartMinutes: whole(LIMITS.missedStartMinutes),
  resumeWhenLinesReturn: z.boolean(),
  categoryChange: z.enum(["hold", "continue"]).openapi({
    description:
      "Before its next wave, a campaign whose template Meta has made MARKETING pauses until somebody resumes it (`hold`) or goes on at the new price (`continue`).",
  }),
  frequencyCaps: z.array(frequencyCap).max(MOST_CAPS).superRefine(addRepeatedCaps).openapi({
    description:
      "How many messages one person may get within so many days, over all campaigns. Who has had as many is left out (`frequencyCap`) by the check, at the launch and when their wave opens; a message that is on its way, or whose fate is not known, counts as sent.",
  }),
  sendingWindow: sendingWindow.nullable(),
  replyWindowMinutes: whole(LIMITS.replyWindowMinutes),
  attendanceIdleMinutes: whole(LIMITS.attendanceIdleMinutes).openapi({
    description:
      "An attendance in which nothing has happened for so long is closed. Replies, and being told of it again, are what happens.",
  }),
  optOutWords: keywords.openapi({
    description:
      "An inbound message that says nothing but one of these, or a button or row with such a title or payload, takes the person's consent back. Accents, capitals and punctuation do not count. An empty list: none does.",
    example: ["SAIR", "PARAR", "CANCELAR", "STOP"],
  }),
  maxRejectedPercent: z.number().min(0).max(100).nullable().openapi({
    description:
      "An import of which more rows than this share would be rejected, rows of another channel aside, writes nothing and fails with `too_many_rejects`. Null: any share is taken.",
    example: 10,
  }),
  optInWords: keywords.openapi({
    description: "The same for giving consent; none unless they are set. A word that is in both lists is an opt-out.",
    example: ["QUERO RECEBER"],
  }),
};
/** What a tenant may tune, each on its own; null turns a thing off. */
export const tenantSettings = z.object(decided).partial().strict().openapi("TenantSettings");
/** All settings, with the defaults filled in. */
export const tenantPolicy = z.object(decided).openapi("TenantPolicy");
