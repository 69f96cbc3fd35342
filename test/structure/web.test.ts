import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const source = resolve(import.meta.dirname, "../../web/src");

/** The folders of `web/src/lib`: each imports only those of the rows above its own. Routes import them all. */
const LIB = [
  ["api"],
  ["format"],
  ["text", "ui", "charts", "live", "session"],
  ["page", "forms", "features"],
  ["shell"],
];
/** Made by the build: the words in both languages. */
const WORDS = "paraglide";

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === WORDS ? [] : files(path);
    return /\.(ts|svelte)$/.test(name) ? [path] : [];
  });
}

/** Where a file's imports of our own lead, also those for types and those made late, below `web/src`. */
function importsOf(file: string): string[] {
  const targets = readFileSync(file, "utf8").matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"((?:\$lib\/|\.)[^"]+)"/g);
  return [...targets]
    .map(([, target = ""]) =>
      relative(source, target.startsWith("$lib/") ? join(source, target.slice(1)) : resolve(dirname(file), target)),
    )
    .filter((place) => !place.endsWith("$types"));
}

const edges = files(source).flatMap((file) =>
  importsOf(file).map((to) => ({ from: relative(source, file), to, arrow: `${relative(source, file)} -> ${to}` })),
);
const folderOf = (place: string) => /^lib\/([^/]+)\//.exec(place)?.[1];
const rowOf = (folder: string) => LIB.findIndex((row) => row.includes(folder));

test("each folder of lib has its row and imports only from the rows above", () => {
  const wrong = edges.filter(({ from, to }) => {
    const [own, other] = [folderOf(from), folderOf(to)];
    if (own === undefined || other === own || other === WORDS) return false;
    return other === undefined || rowOf(own) < 0 || rowOf(other) < 0 || rowOf(other) >= rowOf(own);
  });
  expect(edges.length).toBeGreaterThan(300);
  expect(wrong.map(({ arrow }) => arrow)).toEqual([]);
});

test("a route imports nothing of another, but what lies on the way to it", () => {
  const wrong = edges.filter(
    ({ from, to }) => from.startsWith("routes/") && to.startsWith("routes/") && !from.startsWith(`${dirname(to)}/`),
  );
  expect(wrong.map(({ arrow }) => arrow)).toEqual([]);
});
