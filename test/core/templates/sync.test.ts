import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RemoteTemplate } from "#core/meta/graph.ts";
import { type KnownTemplate, templateChanges, templateStop } from "#core/templates/sync.ts";

const remote = (overrides: Partial<RemoteTemplate> = {}): RemoteTemplate => ({
  metaId: "1",
  name: "promo",
  language: "pt_BR",
  status: "APPROVED",
  category: "MARKETING",
  parameterFormat: "POSITIONAL",
  components: [{ type: "BODY", text: "Oi" }],
  rejectedReason: null,
  ...overrides,
});
const known = (overrides: Partial<KnownTemplate> = {}): KnownTemplate => ({
  ...remote(),
  id: "tpl_1",
  removed: false,
  ...overrides,
});
const counts = (before: KnownTemplate[], listed: RemoteTemplate[]) => {
  const { created, updated, unchanged, removedIds } = templateChanges(before, listed);
  return { created: created.length, updated: updated.length, unchanged: unchanged.length, removed: removedIds.length };
};
const only = (change: Partial<ReturnType<typeof counts>>) => ({
  created: 0,
  updated: 0,
  unchanged: 0,
  removed: 0,
  ...change,
});

describe("what a sync changes", () => {
  test("one that is listed and not known is created, one no longer listed is removed", () => {
    expect(counts([], [remote()])).toEqual(only({ created: 1 }));
    expect(templateChanges([known()], []).removedIds).toEqual(["tpl_1"]);
  });

  test("what the list does not say stays what it was", () => {
    const before = known({ category: "UTILITY", parameterFormat: "NAMED" });
    const mute = { ...remote(), category: null, parameterFormat: null };
    expect(templateChanges([before], [mute]).unchanged).toMatchObject([
      { category: "UTILITY", parameterFormat: "NAMED" },
    ]);
    expect(templateChanges([], [mute]).created).toMatchObject([{ category: "UNKNOWN", parameterFormat: "POSITIONAL" }]);
  });

  test.each([
    ["UTILITY", "MARKETING", true],
    ["AUTHENTICATION", "MARKETING", true],
    ["MARKETING", "MARKETING", false],
    ["MARKETING", "UTILITY", false],
    ["UNKNOWN", "MARKETING", false],
  ])("%s that is %s now costs more: %s", (before, after, dearer) => {
    const { becameMarketing } = templateChanges([known({ category: before })], [remote({ category: after })]);
    expect(becameMarketing.map(({ id, category }) => [id, category])).toEqual(dearer ? [["tpl_1", before]] : []);
  });

  test.each([
    [["DELETED", null], "template_deleted"],
    [["DELETED", "PENDING_DELETION"], "template_deleted"],
    [["DELETED", "PAUSED"], "template_not_approved"],
    [["DISABLED"], "template_not_approved"],
    [["APPROVED", "DELETED"], null],
    [[null, undefined], null],
    [[], null],
  ])("with the statuses %j no line can send it because: %s", (statuses, reason) => {
    expect(templateStop(statuses.map((templateStatus) => ({ templateStatus })))).toBe(reason);
  });

  test("one that was removed before is not removed again, and is updated when it comes back", () => {
    expect(counts([known({ removed: true })], [])).toEqual(only({}));
    expect(counts([known({ removed: true })], [remote()])).toEqual(only({ updated: 1 }));
  });

  test.each<[string, Partial<RemoteTemplate>]>([
    ["status", { status: "PAUSED" }],
    ["category", { category: "UTILITY" }],
    ["id at Meta", { metaId: "2" }],
    ["reason of rejection", { rejectedReason: "PROMOTIONAL" }],
    ["format", { parameterFormat: "NAMED" }],
    ["text", { components: [{ type: "BODY", text: "Olá" }] }],
    [
      "components",
      {
        components: [
          { type: "BODY", text: "Oi" },
          { type: "FOOTER", text: "Parar" },
        ],
      },
    ],
  ])("another %s is an update", (_, change) => {
    expect(counts([known()], [remote(change)])).toEqual(only({ updated: 1 }));
  });

  test("the same name in another language is another template", () => {
    expect(counts([known()], [remote(), remote({ language: "en_US" })])).toEqual(only({ created: 1, unchanged: 1 }));
  });

  test("the order of keys and the signed address of an example are no change", () => {
    const header = (url: string) => ({ type: "HEADER", format: "IMAGE", example: { header_handle: [url] } });
    const before = known({
      components: [header("https://cdn/1?sig=a"), { type: "BODY", text: "Oi", example: undefined }],
    });
    const listed = remote({ components: [header("https://cdn/1?sig=b"), { text: "Oi", type: "BODY" }] });
    expect(counts([before], [listed])).toEqual(only({ unchanged: 1 }));
  });

  test("a name that is listed twice is one template: the one that stays", () => {
    const going = remote({ metaId: "1", status: "PENDING_DELETION" });
    const fresh = remote({ metaId: "2", status: "PENDING" });
    expect(templateChanges([], [going, fresh]).created).toEqual([fresh]);
    expect(templateChanges([], [fresh, going]).created).toEqual([fresh]);
  });

  test("every listed template is in one bucket, and syncing again changes nothing", () => {
    const some = fc.uniqueArray(
      fc.record({ name: fc.constantFrom("a", "b", "c", "d"), language: fc.constantFrom("pt_BR", "en_US") }),
      { selector: ({ name, language }) => `${name} ${language}` },
    );
    fc.assert(
      fc.property(some, some, (before, listed) => {
        const here = before.map((key, i) => known({ ...key, id: `tpl_${i}` }));
        const there = listed.map((key) => remote(key));
        const { created, updated, unchanged, removedIds } = templateChanges(here, there);
        expect(created.length + updated.length + unchanged.length).toBe(there.length);
        expect(here.length - removedIds.length).toBe(updated.length + unchanged.length);
        const after = there.map((template, i) => ({ ...template, id: `tpl_${i}`, removed: false }));
        expect(counts(after, there)).toEqual(only({ unchanged: there.length }));
      }),
    );
  });
});
