import type { MetaEvent } from "#core/meta/event.ts";

/** A queue message may have 128 KB (Cloudflare counts 128,000 bytes); what is left is for the envelope around it. */
export const EVENT_CHUNK_BYTES = 127_000;

const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;

/**
 * Cuts a list into chunks whose JSON has at most `maxBytes` bytes of UTF-8, in order and without loss. An event that is
 * too big by itself has its text shortened; one that is too big even without text becomes `ignored`, since a chunk that
 * no queue takes would lose its neighbours too.
 */
export function splitEvents(events: MetaEvent[], maxBytes: number = EVENT_CHUNK_BYTES): MetaEvent[][] {
  const chunks: MetaEvent[][] = [];
  let chunk: MetaEvent[] = [];
  let size = BRACKETS_BYTES;
  for (const original of events) {
    const event = fitted(original, maxBytes - BRACKETS_BYTES);
    const bytes = bytesOf(event) + COMMA_BYTES;
    if (chunk.length > 0 && size + bytes > maxBytes) {
      chunks.push(chunk);
      chunk = [];
      size = BRACKETS_BYTES;
    }
    // The first of a chunk has no comma before it.
    size += chunk.length > 0 ? bytes : bytes - COMMA_BYTES;
    chunk.push(event);
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}

const BRACKETS_BYTES = 2;
const COMMA_BYTES = 1;

function fitted(event: MetaEvent, maxBytes: number): MetaEvent {
  if (bytesOf(event) <= maxBytes) return event;
  if (event.kind === "inbound" && event.text !== null) {
    const room = maxBytes - bytesOf({ ...event, text: "" });
    if (room >= 0) return { ...event, text: cutText(event.text, room) };
  }
  return { kind: "ignored", field: "oversized" };
}

/** The longest beginning whose JSON form, without its quotes, has at most `maxBytes`; no character is cut in half. */
function cutText(text: string, maxBytes: number): string {
  let end = 0;
  let size = 0;
  for (const character of text) {
    size += bytesOf(character) - 2;
    if (size > maxBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
