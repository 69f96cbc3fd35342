import type { Departure } from "../core/departures.ts";
import { groupsOf } from "../core/groups.ts";
import type { Deps } from "../deps.ts";
import type { ReserveAnswer, ReserveRequest } from "../durable/rpc.ts";
import type { Durations } from "./durations.ts";
import type { SendMessage } from "./messages.ts";

/** A message that has a departure time, and what its line sends with. */
export interface Ready extends SendMessage {
  credentials: ReserveAnswer["lines"][string];
}
/** A message that may not leave now. */
export type Refused = SendMessage & { retryAt: number };

/** A departure time per message from its portfolio, right before Meta. */
export async function reserve(
  messages: SendMessage[],
  deps: Deps,
  spacingMs: number,
  durations: Durations,
): Promise<{ departures: Departure<Ready>[]; refused: Refused[] }> {
  const departures: Departure<Ready>[] = [];
  const refused: Refused[] = [];
  await Promise.all(
    groupsOf(messages, (m) => `${m.portfolioId}\n${m.campaignId}`).map(async (together) => {
      const [first] = together;
      const { slots, lines } = await ask(first.portfolioId, deps, durations, {
        campaignId: first.campaignId,
        messages: together.map(pickReserve),
        spacingMs,
        // They are claimed before they leave.
        leadMs: durations.answerMs + durations.claimMs,
      });
      together.forEach((message, i) => {
        const slot = slots[i];
        const credentials = lines[message.lineId];
        if (slot?.ok && credentials) departures.push({ at: slot.at, message: { ...message, credentials } });
        else refused.push({ ...message, retryAt: slot && !slot.ok ? slot.retryAt : deps.now() + 5_000 });
      });
    }),
  );
  return { departures, refused };
}

async function ask(portfolioId: string, deps: Deps, durations: Durations, request: ReserveRequest) {
  const answer = await deps.portfolio(portfolioId).reserve(request);
  durations.answered(deps.now() - answer.decidedAt);
  return answer;
}

const pickReserve = ({ contactId, phone, lineId }: SendMessage) => ({ contactId, phone, lineId });

/** A new departure time in place of one that was missed, at the latest `by`; null when there is none. */
export type Retimer = (message: Ready, missed: number, by: number) => Promise<number | null>;
interface Missed {
  message: Ready;
  missed: number;
  by: number;
  answer: (at: number | null) => void;
}

/** Calls are late together, when something held them all up: their new times are asked for together. */
const RETIME_WITHIN_MS = 2;
/** Distances have room for slow calls. The late ones, being few, may use half of each to fit between the others. */
const LATE_SPACING_SHARE = 0.5;

/** @param departures all that the caller has planned: a new time near one of them would find no free place, and be missed too */
export function makeRetimer(
  departures: Departure<Ready>[],
  deps: Deps,
  spacingMs: number,
  durations: Durations,
): Retimer {
  let planned = departures.map(({ at }) => at);
  let waiting: Missed[] = [];
  const askAgain = async () => {
    await scheduler.wait(RETIME_WITHIN_MS);
    const asked = waiting;
    waiting = [];
    const now = deps.now();
    planned = planned.filter((at) => at > now);
    await Promise.all(
      groupsOf(asked, ({ message }) => `${message.portfolioId}\n${message.campaignId}`).map(async (together) => {
        const [{ message }] = together;
        const messages = together.map((each) => ({ ...pickReserve(each.message), missed: each.missed, by: each.by }));
        const answer = await ask(message.portfolioId, deps, durations, {
          campaignId: message.campaignId,
          messages,
          spacingMs: spacingMs * LATE_SPACING_SHARE,
          apartFrom: planned,
          leadMs: durations.answerMs,
        }).catch(() => null);
        together.forEach((each, i) => {
          const slot = answer?.slots[i];
          if (slot?.ok) planned.push(slot.at);
          each.answer(slot?.ok ? slot.at : null);
        });
      }),
    );
  };
  return (message, missed, by) =>
    new Promise((answer) => {
      if (waiting.length === 0) void askAgain();
      waiting.push({ message, missed, by, answer });
    });
}
