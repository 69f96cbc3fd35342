import { z } from "zod";

const share = z.number().min(0).max(1);

/** How people behave, as shares of 1. Changed by `PUT /control/behaviour`. */
export const behaviourSchema = z.strictObject({
  /** Of people: no WhatsApp account at the number (131026), whatever is sent. */
  unreachable: share,
  /** Of people, per marketing template: over Meta's cap on marketing to one person (131049). */
  capped: share,
  /** Of people, per marketing template: in Meta's experiment (130472). */
  experiment: share,
  /** Of those left: the telephone stays off, and nothing follows `sent`. */
  neverDelivered: share,
  /** Of the delivered: read. */
  read: share,
  /** Of the read: Meta leaves `delivered` out because both came at once. */
  readAtOnce: share,
  /** Of the read: answered. */
  replied: share,
  /** Of the answers to a template with quick replies: a press of one of them, the rest is text. */
  buttonReply: share,
  /** Of the presses: without the context that names the message. */
  contextMissing: share,
  /** What becomes of a template that waits for review. */
  templateReview: z.enum(["approve", "reject", "hold"]),
});
export type Behaviour = z.infer<typeof behaviourSchema>;

export const DEFAULT_BEHAVIOUR: Behaviour = {
  unreachable: 0.03,
  capped: 0.03,
  experiment: 0.01,
  neverDelivered: 0.03,
  read: 0.65,
  readAtOnce: 0.02,
  replied: 0.08,
  buttonReply: 0.6,
  contextMissing: 0.1,
  templateReview: "approve",
};
