import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";

const web = resolve(import.meta.dirname, "../../web");
const settings = z
  .object({
    locales: z.array(z.string()),
    "plugin.inlang.messageFormat": z.object({ pathPattern: z.array(z.string()) }),
  })
  .parse(JSON.parse(readFileSync(join(web, "project.inlang/settings.json"), "utf8")));
const areas = readdirSync(join(web, "messages"));

/** A sentence with `{placeholders}`, or variants of one that say which inputs they take. */
const message = z.union([z.string(), z.array(z.object({ declarations: z.array(z.string()) }))]);
const file = z.looseObject({ $schema: z.string() }).catchall(message);

const textOf = (area: string, locale: string) => readFileSync(join(web, "messages", area, `${locale}.json`), "utf8");
const messagesOf = (locale: string) =>
  areas.flatMap((area) => {
    const { $schema: _, ...messages } = file.parse(JSON.parse(textOf(area, locale)));
    return Object.entries(messages).map(([key, value]) => ({ key, inputs: inputsOf(message.parse(value)) }));
  });

function inputsOf(value: z.infer<typeof message>): string[] {
  const names =
    typeof value === "string"
      ? [...value.matchAll(/(?<!\\)\{(\w+)\}/g)].map(([, name]) => name ?? "")
      : value.flatMap(({ declarations }) => declarations.flatMap((text) => /^input (\w+)$/.exec(text)?.[1] ?? []));
  return [...new Set(names)].sort();
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (path.endsWith("lib/paraglide")) return [];
    return statSync(path).isDirectory() ? sources(path) : /\.(ts|svelte)$/.test(name) ? [path] : [];
  });
}

test("each area of the messages is built into the web application", () => {
  const patterns = settings["plugin.inlang.messageFormat"].pathPattern;
  expect(patterns.toSorted()).toEqual(areas.map((area) => `./messages/${area}/{locale}.json`).toSorted());
});

test("no message stands twice, in one area or in two", () => {
  for (const locale of settings.locales) {
    // As written: of two in one file, a parser keeps only the last.
    const keys = areas.flatMap((area) => [...textOf(area, locale).matchAll(/^ {2}"(\w+)":/gm)].map(([, key]) => key));
    expect(keys.length).toBeGreaterThan(areas.length);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  }
});

test("every message is there in both languages, takes the same inputs, and stands in the same area", () => {
  const [first = "", ...others] = settings.locales;
  expect(others.length).toBeGreaterThan(0);
  for (const other of others) expect(messagesOf(other)).toEqual(messagesOf(first));
});

test("every message is shown somewhere, and what is shown is a message", () => {
  const shown = new Set(
    sources(join(web, "src")).flatMap((path) =>
      [...readFileSync(path, "utf8").matchAll(/\bm\.(\w+)/g)].map(([, key]) => key ?? ""),
    ),
  );
  expect([...shown].sort()).toEqual(
    messagesOf(settings.locales[0] ?? "")
      .map(({ key }) => key)
      .sort(),
  );
});
