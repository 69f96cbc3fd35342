import { afterEach, describe, expect, test, vi } from "vitest";
import { makeMessenger, readSendAnswer, SEND_TIMEOUT_MS } from "#adapters/meta/messenger.ts";

afterEach(() => vi.restoreAllMocks());

const send = () => makeMessenger({ baseUrl: "https://graph.test", version: "v25.0" }).send("token", "1", "{}");

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

describe("a call's time limit", () => {
  afterEach(() => void vi.useRealTimers());

  const untilAborted = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

  test.each([
    ["never answered", (signal: AbortSignal) => untilAborted(signal)],
    [
      "answered by a body that stalls",
      async (signal: AbortSignal) => Object.assign(new Response(), { text: () => untilAborted(signal) }),
    ],
  ])("gives up one that is %s, and its message is unconfirmed", async (_, answer) => {
    vi.useFakeTimers();
    vi.spyOn(globalThis, "fetch").mockImplementation((_input, init) => answer(init?.signal as AbortSignal));
    const sent = send();
    await vi.advanceTimersByTimeAsync(SEND_TIMEOUT_MS);
    expect(await sent).toEqual({ kind: "lost", detail: "TimeoutError" });
  });

  test("ends with the call: at full rate thousands of them would wait", async () => {
    vi.useFakeTimers();
    vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response('{"messages":[{"id":"wamid.1"}]}'));
    expect(await send()).toMatchObject({ kind: "accepted" });
    expect(vi.getTimerCount()).toBe(0);
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
