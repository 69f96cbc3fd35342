import { z } from "zod";
import type { Messenger, SendAnswer } from "#core/meta/graph.ts";
import { parseGraphError } from "#core/meta/graph-error.ts";
import { parseJson } from "#core/shared/json.ts";
import type { GraphSettings } from "./graph-call.ts";

const accepted = z.object({
  messages: z.tuple([z.object({ id: z.string().min(1), message_status: z.string().optional() })], z.unknown()),
});

/** Sends through `POST /{phone-number-id}/messages`. HTTP 200 means accepted, not delivered. */
export function makeMessenger({ baseUrl, version }: GraphSettings): Messenger {
  return {
    async send(token, phoneNumberId, body, giveUp): Promise<SendAnswer> {
      let response: Response;
      let text: string;
      try {
        response = await fetch(`${baseUrl}/${version}/${phoneNumberId}/messages`, {
          method: "POST",
          headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
          body,
          // A redirect may ask for the same body again, which could be a second message.
          redirect: "manual",
          // Over headers and body: headers can come and the body stall.
          signal: giveUp,
        });
        text = await response.text();
      } catch (error) {
        return { kind: "lost", detail: error instanceof Error ? error.name : "unknown error" };
      }
      return readSendAnswer(response.status, text);
    },
  };
}

/** Exported for its own tests: what an answer means, whatever a gateway made of it. */
export function readSendAnswer(httpStatus: number, text: string): SendAnswer {
  if (httpStatus >= 300 && httpStatus < 400) return { kind: "lost", detail: `HTTP ${httpStatus}` };
  const json = parseJson(text);
  const success = httpStatus >= 200 && httpStatus < 300 ? accepted.safeParse(json) : null;
  if (success?.success) {
    const [message] = success.data.messages;
    return {
      kind: "accepted",
      messageId: message.id,
      metaPacing: message.message_status === "held_for_quality_assessment",
    };
  }
  // A 2xx we can't read may well have gone out, and so may a request that a gateway gave up on after passing it on.
  const { code, detail, unconfirmed } = parseGraphError(httpStatus, text);
  return unconfirmed ? { kind: "lost", detail } : { kind: "refused", httpStatus, code, detail };
}
