import { expect, test } from "vitest";
import { presentHistory } from "#http/campaigns/recipient.present.ts";

const at = Date.UTC(2026, 11, 1);

test("a refusal in the history says what Meta's code means and what was done, in the reader's language", () => {
  const entry = { at, event: "refused", detail: "130429 waits" };
  expect(presentHistory(entry, "pt")).toMatchObject({
    at: "2026-12-01T00:00:00.000Z",
    detail: "130429 waits",
    error: {
      code: 130429,
      title: "Ritmo de envio da linha acima do permitido",
      action: "A linha passou a enviar mais devagar. A mensagem é enviada de novo mais tarde.",
    },
  });
  expect(presentHistory(entry, "en").error).toMatchObject({ title: "The line sent faster than allowed" });
});

test("what is no refusal, or one whose words are not known, is told as it is", () => {
  const told = { at: "2026-12-01T00:00:00.000Z" };
  const refused = { at, event: "refused", detail: "" };
  expect(presentHistory(refused, "pt")).toEqual({ ...refused, ...told });
  const lost = { at, event: "in_doubt", detail: "no_answer" };
  const parameters = { event: "in_doubt", reason: "no_answer" } as const;
  expect(presentHistory({ ...lost, parameters }, "pt")).toEqual({ ...lost, ...told, parameters });
});

test.each([
  ["wave 1", "prepared"],
  ["line lin_1: best_green", "queued"],
  ["text, idr", "replied"],
  ["131026 Undeliverable", "failed"],
])("%j of an object one release older, which has no parameters, is told in its words", (detail, event) => {
  const entry = { at, event, detail };
  expect(presentHistory(entry, "pt")).toEqual({ ...entry, at: "2026-12-01T00:00:00.000Z" });
});
