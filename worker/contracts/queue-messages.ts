import { z } from "zod";
import type { MetaEvent } from "#core/meta/event.ts";
import { metaEvent } from "#core/meta/event-schema.ts";

/**
 * One HSM to one person: a wake-up, no more. Who it is sent to, by which line and when, the campaign says when it is
 * claimed. `attempt` makes a redelivered message of an earlier try harmless; after `until` (ms) it is dropped unread.
 */
export interface SendMessage {
  campaignId: string;
  contactId: string;
  attempt: number;
  until: number;
}

/** Part of a webhook body, verified and read. `receivedAt` in ms. */
export interface EventsMessage {
  kind: "events";
  receivedAt: number;
  events: MetaEvent[];
  /** How often these events have come before the row that they name; none when left out. */
  waits?: number | undefined;
}
export type MetaEventsMessage =
  | EventsMessage
  /** Results of sends whose campaign could not be told at once. */
  | { kind: "settlements"; campaignId: string; claimId: string; settlements: Settlement[] };

/** Slices of long work; each message runs one bounded step and sends the next. */
export type JobMessage =
  | { kind: "import"; tenantId: string; importId: string }
  | { kind: "export"; tenantId: string; exportId: string }
  | { kind: "erasure"; tenantId: string; erasureId: string };

/** How one claimed send ended. */
export type Settlement =
  /** `held`: Meta has accepted it and paces its delivery (message_status held_for_quality_assessment). */
  | { contactId: string; outcome: "accepted"; messageId: string; at: number; held: boolean }
  /** Surely never sent: the permission ran out or the rate gate said no. */
  | { contactId: string; outcome: "released"; retryAt: number; reason: string }
  | {
      contactId: string;
      outcome: "refused";
      at: number;
      code: number | null;
      detail: string;
      /** The refusal is one of those under which messages have been seen to leave. */
      mayHaveLeft?: boolean | undefined;
    }
  /** The answer never came. */
  | { contactId: string; outcome: "lost"; at: number };

/*
 * The same as checks. A message may be older than the code that reads it: it may have waited through a deploy, or for
 * weeks among the dead letters.
 */
const text = z.string();

export const jobMessage = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("import"), tenantId: text, importId: text }),
  z.object({ kind: z.literal("export"), tenantId: text, exportId: text }),
  z.object({ kind: z.literal("erasure"), tenantId: text, erasureId: text }),
]) satisfies z.ZodType<JobMessage>;

const settlement = z.discriminatedUnion("outcome", [
  z.object({ contactId: text, outcome: z.literal("accepted"), messageId: text, at: z.number(), held: z.boolean() }),
  z.object({ contactId: text, outcome: z.literal("released"), retryAt: z.number(), reason: text }),
  z.object({
    contactId: text,
    outcome: z.literal("refused"),
    at: z.number(),
    code: z.number().nullable(),
    detail: text,
    mayHaveLeft: z.boolean().optional(),
  }),
  z.object({ contactId: text, outcome: z.literal("lost"), at: z.number() }),
]) satisfies z.ZodType<Settlement>;

export const settlementsMessage = z.object({
  kind: z.literal("settlements"),
  campaignId: text,
  claimId: text,
  settlements: z.array(settlement),
});

/** What is around the events: each of them is checked apart, so that one that does not fit costs no other. */
export const eventsEnvelope = z.object({
  kind: z.literal("events"),
  receivedAt: z.number(),
  events: z.array(z.unknown()),
  waits: z.number().int().optional(),
});

export const metaEventsMessage = z.discriminatedUnion("kind", [
  eventsEnvelope.extend({ events: z.array(metaEvent) }),
  settlementsMessage,
]) satisfies z.ZodType<MetaEventsMessage>;
