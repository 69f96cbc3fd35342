import fc from "fast-check";
import { expect, test } from "vitest";
import { ownPath } from "#core/shared/own-path.ts";

const ORIGIN = "https://campaigns.example";
const go = (wanted: string | null) => ownPath(wanted, ORIGIN, "/campaigns");

/** Pieces that readers of addresses disagree about, in any order. */
const piece = fc.constantFrom(
  ..."/\\?#@:.%\t\n\r\0 ".split(""),
  ...["//", "/.", "..", "%2f", "%5c", "%09", "%0a", "evil.example", "https:", "javascript:", "é", "\ud800", "\u2028"],
);
const wanted = fc.oneof(
  fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join("")}`),
  fc.string({ unit: "binary", maxLength: 30 }),
);

test("whatever an address asks for, signing in leads to this origin, by a header that can be sent", () => {
  fc.assert(
    fc.property(wanted, (text) => {
      const path = go(text);
      expect(path).toMatch(/^\/(?!\/)[!-~]*$/);
      expect(path).not.toContain("\\");
      // As a browser reads it, and as one that first drops what it takes for noise.
      expect(new URL(path, ORIGIN).origin).toBe(ORIGIN);
      expect(go(path)).toBe(path);
    }),
    { numRuns: 2_000 },
  );
});

test("a page of ours is gone to with its query and fragment", () => {
  expect(go("/campaigns/cmp_1/recipients?status=read&q=Jo%C3%A3o#top")).toBe(
    "/campaigns/cmp_1/recipients?status=read&q=Jo%C3%A3o#top",
  );
  expect(go("/campaigns?q=João e Maria")).toBe("/campaigns?q=Jo%C3%A3o%20e%20Maria");
  expect(go("/a/../campaigns")).toBe("/campaigns");
});

test.each([
  null,
  "",
  "campaigns",
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "/\n",
  "/.//evil.example",
  "/a/..//evil.example",
  "https://evil.example/",
  "https://campaigns.example/alerts",
  "javascript:alert(1)",
  "/\ud800",
])("%j is no page of ours", (text) => {
  expect(go(text)).toBe("/campaigns");
});
