import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isNarrowed,
  readCursor,
  readFilters,
  showsAll,
  withCursor,
  withFilter,
} from "../../../web/src/lib/page/address.ts";

const DEFAULTS = { status: "open", queue: "" };
const at = (path: string) => new URL(path, "https://app.test");
const read = (path: string) => readFilters(at(path), DEFAULTS, { status: ["open", "retried", "all"] });

describe("a list's address", () => {
  it("gives each filter the value it names, and the default where it names none or one that is not known", () => {
    expect(read("/list?status=all&queue=jobs").values).toEqual({ status: "all", queue: "jobs" });
    expect(read("/list?status=odd").values).toEqual(DEFAULTS);
    expect(read("/list?other=1").values).toEqual(DEFAULTS);
  });

  it("says again what was chosen, whatever is chosen in whatever order", () => {
    const choice = fc.record({ name: fc.constantFrom("status", "queue"), value: fc.string() });
    fc.assert(
      fc.property(fc.array(choice), (choices) => {
        let url = at("/list?recipient=con_1");
        const chosen: Record<string, string> = { ...DEFAULTS };
        for (const { name, value } of choices) {
          url = at(withFilter(url, readFilters(url, DEFAULTS), name, value));
          chosen[name] = value || (DEFAULTS[name as keyof typeof DEFAULTS] ?? "");
        }
        expect(readFilters(url, DEFAULTS).values).toEqual(chosen);
        expect(url.searchParams.get("recipient")).toBe("con_1");
      }),
    );
  });

  it("starts the list over when a filter changes, and leaves out what holds anyway", () => {
    const url = at("/list?status=all&cursor=abc");
    expect(withFilter(url, read("/list?status=all"), "queue", "jobs")).toBe("/list?status=all&queue=jobs");
    expect(withFilter(url, read("/list?status=all"), "status", "open")).toBe("/list");
  });

  it("keeps its place in the list", () => {
    const url = withCursor(at("/list?queue=jobs"), "abc");
    expect(readCursor(url)).toBe("abc");
    expect(readFilters(url, DEFAULTS).values.queue).toBe("jobs");
    expect(withCursor(url, "").search).toBe("?queue=jobs");
  });

  it("is narrowed by what is not the default, and shows all only where no filter says anything", () => {
    expect(isNarrowed(read("/list"))).toBe(false);
    expect(isNarrowed(read("/list?status=all"))).toBe(true);
    expect(showsAll(read("/list"))).toBe(false);
    expect(showsAll(readFilters(at("/list"), { q: "" }))).toBe(true);
    expect(showsAll(readFilters(at("/list?q=a"), { q: "" }))).toBe(false);
  });
});
