import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseGraphError } from "#core/meta/graph-error.ts";

const RATE_LIMIT = {
  message: "(#130429) Rate limit hit",
  type: "OAuthException",
  code: 130429,
  error_data: { messaging_product: "whatsapp", details: "Message failed to send because of too many messages." },
  error_subcode: 2494055,
  fbtrace_id: "Az8or2yhqkZfEZ-_4Qn_Bam",
};
const asAnswer = (error: unknown) => JSON.stringify({ error });

describe("Meta's error answers", () => {
  it("are read whole", () => {
    expect(parseGraphError(400, asAnswer(RATE_LIMIT))).toEqual({
      code: 130429,
      subcode: 2494055,
      title: "(#130429) Rate limit hit",
      detail: "Message failed to send because of too many messages.",
      transient: false,
      unconfirmed: false,
    });
  });

  it("are read with as little as a code", () => {
    expect(parseGraphError(401, asAnswer({ code: 190 }))).toEqual({
      code: 190,
      subcode: null,
      title: "HTTP 401",
      detail: "HTTP 401",
      transient: false,
      unconfirmed: false,
    });
  });

  it.each([
    ["a code as text", { ...RATE_LIMIT, code: "130429" }],
    ["no code but the one in the message", { message: RATE_LIMIT.message }],
    ["fields of the wrong kinds", { ...RATE_LIMIT, error_data: 7, is_transient: "yes", error_subcode: {}, title: [] }],
  ])("keep their code with %s", (_, error) => {
    expect(parseGraphError(400, asAnswer(error))).toMatchObject({ code: 130429, unconfirmed: false });
  });

  it.each([
    ["twice", JSON.stringify({ error: { error: RATE_LIMIT } })],
    ["in a gateway's own error", JSON.stringify({ error: { message: "upstream refused", error: RATE_LIMIT } })],
    ["in a body field", JSON.stringify({ statusCode: 400, body: { error: RATE_LIMIT } })],
    ["as text in a body field", JSON.stringify({ statusCode: 400, body: asAnswer(RATE_LIMIT) })],
    ["as text under error", JSON.stringify({ error: asAnswer(RATE_LIMIT) })],
    ["in a list", JSON.stringify({ errors: [null, RATE_LIMIT] })],
    ["with nothing around it", JSON.stringify(RATE_LIMIT)],
    ["in a list of answers", JSON.stringify([{ error: RATE_LIMIT }])],
  ])("are found when wrapped %s, even under HTTP 201", (_, body) => {
    expect(parseGraphError(201, body)).toMatchObject({ code: 130429, unconfirmed: false });
  });

  it("have a title even where theirs is blank", () => {
    for (const error of ["", [""], { code: 100, title: " ", message: "" }]) {
      expect(parseGraphError(400, asAnswer(error))).toMatchObject({ title: "HTTP 400", detail: "HTTP 400" });
    }
  });

  it("do not take a gateway's HTTP code for one of Meta's", () => {
    expect(parseGraphError(200, JSON.stringify({ code: 200, message: "ok" }))).toMatchObject({ code: null });
    expect(parseGraphError(502, JSON.stringify({ code: 100, message: "Bad gateway" }))).toMatchObject({ code: null });
  });

  it("believe what is said about trying again, else the HTTP status", () => {
    expect(parseGraphError(400, asAnswer({ ...RATE_LIMIT, is_transient: true })).transient).toBe(true);
    expect(parseGraphError(500, asAnswer({ ...RATE_LIMIT, is_transient: false })).transient).toBe(false);
    expect(parseGraphError(503, asAnswer(RATE_LIMIT)).transient).toBe(true);
    expect(parseGraphError(429, "slow down").transient).toBe(true);
    expect(parseGraphError(404, "nothing here").transient).toBe(false);
  });

  it("leave a send unconfirmed unless Meta or an HTTP status shows that it was refused", () => {
    for (const status of [200, 201, 302, 408, 500, 502, 503, 504, 524]) {
      expect(parseGraphError(status, "<html>Bad gateway</html>").unconfirmed, `${status}`).toBe(true);
      expect(parseGraphError(status, JSON.stringify({ error: "upstream timeout" })).unconfirmed, `${status}`).toBe(
        true,
      );
      expect(parseGraphError(status, asAnswer(RATE_LIMIT)).unconfirmed, `${status}`).toBe(false);
    }
    for (const status of [400, 401, 403, 404, 413, 429]) {
      expect(parseGraphError(status, "<html>Forbidden</html>").unconfirmed, `${status}`).toBe(false);
    }
  });

  it("lose phones and tokens before anyone reads them", () => {
    const error = {
      code: 131026,
      title: "Undeliverable to +55 (11) 98765-4321",
      error_data: { details: "wa_id 5511987654321 with Bearer EAAGm0PX4ZCpsBAKZCZBtesttoken9 is not allowed" },
    };
    const { title, detail } = parseGraphError(400, asAnswer(error));
    expect(title).toBe("Undeliverable to +[number]");
    expect(detail).toBe("wa_id [number] with Bearer [secret] is not allowed");
  });

  it("stay short, however long the answer is", () => {
    const { title, detail } = parseGraphError(400, asAnswer({ code: 100, message: "no ".repeat(1_000_000) }));
    expect(title.length).toBeLessThanOrEqual(120);
    expect(detail.length).toBeLessThanOrEqual(400);
  });

  it("never break the reader, whatever the body is", () => {
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc.anything().map((value) => JSON.stringify({ error: value }) ?? ""),
      fc.constant("[".repeat(5_000)),
      fc.constant(`${'{"error":'.repeat(500)}1${"}".repeat(500)}`),
    );
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), body, (status, text) => {
        const error = parseGraphError(status, text);
        expect(error.code === null || Number.isSafeInteger(error.code)).toBe(true);
        expect(typeof error.title).toBe("string");
        expect(error.title).not.toBe("");
      }),
    );
  });
});
