import { afterEach, describe, expect, test, vi } from "vitest";
import { makeMessenger, readSendAnswer } from "#adapters/meta/messenger.ts";

afterEach(() => vi.restoreAllMocks());

const send = (giveUp = new AbortController().signal) =>
  makeMessenger({ baseUrl: "https://graph.test", version: "v25.0" }).send("token", "1", "{}", giveUp);

/** A server that sends whoever asks elsewhere; a client that follows posts the same body again. */
function redirects(status: number) {
  const posted: string[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    posted.push(String(input));
    const Location = "https://elsewhere.test/messages";
    if (init?.redirect === "manual" || posted.length > 1) return new Response(null, { status, headers: { Location } });
    return fetch(Location, init);
  });
  return posted;
}

describe("an answer that is a redirect", () => {
  test.each([301, 302, 303, 307, 308])("%i is not followed, and its message is unconfirmed", async (status) => {
    const posted = redirects(status);
    expect(await send()).toEqual({ kind: "lost", detail: `HTTP ${status}` });
    expect(posted).toEqual(["https://graph.test/v25.0/1/messages"]);
  });
});

describe("a call that is given up", () => {
  const untilAborted = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

  test.each([
    ["was never answered", (signal: AbortSignal) => untilAborted(signal)],
    [
      "was answered by a body that stalls",
      async (signal: AbortSignal) => Object.assign(new Response(), { text: () => untilAborted(signal) }),
    ],
  ])("because it %s ends, and its message is unconfirmed", async (_, answer) => {
    vi.spyOn(globalThis, "fetch").mockImplementation((_input, init) => answer(init?.signal as AbortSignal));
    const giveUp = new AbortController();
    const sent = send(giveUp.signal);
    await scheduler.wait(0);
    giveUp.abort(new DOMException("", "TimeoutError"));
    expect(await sent).toEqual({ kind: "lost", detail: "TimeoutError" });
  });
});

describe("what an answer means", () => {
  test.each([
    [200, '{"messages":[{"id":"wamid.1"}]}', "accepted"],
    // It may well have gone out.
    [200, "", "lost"],
    [200, "<html>", "lost"],
    [202, "{}", "lost"],
    [502, "<html>bad gateway</html>", "lost"],
    [504, "", "lost"],
    [400, '{"error":{"code":131026,"message":"no"}}', "refused"],
    [500, '{"error":{"code":131000,"message":"no"}}', "refused"],
  ])("HTTP %i with %j: %s", (status, text, kind) => {
    expect(readSendAnswer(status, text).kind).toBe(kind);
  });
});
