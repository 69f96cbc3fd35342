import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { HELP_TOPICS, helpOf } from "../../../web/src/lib/page/help-topics.ts";
import { type HelpText, renderHelp } from "../../../web/src/routes/(app)/ajuda/markdown.ts";
import { HELP_PAGES } from "../../../web/src/routes/(app)/ajuda/pages.ts";

const web = resolve(import.meta.dirname, "../../../web");
const routes = join(web, "src/routes/(app)");
const content = join(routes, "ajuda/content");
const LANGUAGES = ["pt-BR", "en"];
const THEMES = ["light", "dark"] as const;
const MOST_PICTURE_BYTES = 60_000;

const render = (source: string) =>
  renderHelp(source, {
    addressOf: (link) => link,
    pictureOf: (name, theme) => `/help/${name}.${theme}.webp`,
    errorRows: [{ id: "erro-1", cells: ["1", "What <happened>", "What to do"] }],
  });
const read = (page: string, language: string) => readFileSync(join(content, `${page}.${language}.md`), "utf8");
const texts = new Map<string, HelpText>(
  LANGUAGES.flatMap((language) =>
    HELP_PAGES.map((page) => [`${page}.${language}`, render(read(page, language))] as const),
  ),
);
const textOf = (page: string, language: string) => {
  const text = texts.get(`${page}.${language}`);
  if (!text) throw new Error(`There is no ${page} in ${language}.`);
  return text;
};
const anchorsOf = (page: string) => textOf(page, "pt-BR").headings.map(({ id }) => id);

/** Whether an address of the application leads to a screen, and its anchor to a place there. */
function leadsSomewhere(link: string): boolean {
  if (link.startsWith("api:")) return link === "api:/docs";
  const [path = "", anchor] = link.split("#");
  const page = /^\/ajuda\/([^/]+)$/.exec(path)?.[1];
  if (page === undefined) return existsSync(join(routes, path, "+page.svelte"));
  return HELP_PAGES.some((known) => known === page) && (anchor === undefined || anchorsOf(page).includes(anchor));
}

describe("the help", () => {
  test("has every page in both languages, and no file that no page is made of", () => {
    expect(readdirSync(content).sort()).toEqual(
      HELP_PAGES.flatMap((page) => LANGUAGES.map((language) => `${page}.${language}.md`)).sort(),
    );
  });

  test.each(HELP_PAGES)("%s has a title, a lead, and the same headings and pictures in both languages", (page) => {
    const [first, second] = LANGUAGES.map((language) => textOf(page, language));
    const places = (text?: HelpText) => text?.headings.map(({ id, level }) => `${level} ${id}`);
    expect(places(first)).toEqual(places(second));
    expect(first?.pictures).toEqual(second?.pictures);
    expect(first?.links).toEqual(second?.links);
    for (const text of [first, second]) {
      expect(text?.title).not.toBe("");
      expect(text?.lead).not.toBe("");
      const ids = text?.headings.map(({ id }) => id) ?? [];
      expect(ids.every((id) => id !== "")).toBe(true);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  test("has no link that leads nowhere, in its texts or from a screen's header", () => {
    const links = [...texts.values()].flatMap(({ links }) => links);
    expect(links.length).toBeGreaterThan(20);
    expect([...links, ...HELP_TOPICS].filter((link) => !leadsSomewhere(link))).toEqual([]);
  });

  test("leaves no mark of how it is written on the page", () => {
    for (const { html } of texts.values())
      expect(html.replaceAll(/<code>.*?<\/code>/g, "")).not.toMatch(/\*\*|\]\(|\{|`/);
  });

  test("shows pictures that are there, in each language and theme, and are soon loaded", () => {
    const names = new Set([...texts.values()].flatMap(({ pictures }) => pictures));
    const files = [...names].flatMap((name) =>
      LANGUAGES.flatMap((language) => THEMES.map((theme) => `${name}.${language}.${theme}.webp`)),
    );
    expect(readdirSync(join(web, "static/help")).sort()).toEqual(files.sort());
    const large = files.filter((file) => statSync(join(web, "static/help", file)).size > MOST_PICTURE_BYTES);
    expect(large).toEqual([]);
  });
});

test("a screen's help is that of the nearest screen above it; the help itself has none", () => {
  expect(helpOf("/campaigns")).toBe("/ajuda/acompanhar-e-reenviar");
  expect(helpOf("/campaigns/cmp_1/recipients")).toBe("/ajuda/acompanhar-e-reenviar");
  expect(helpOf("/campaigns/new")).toBe("/ajuda/criar-uma-campanha");
  expect(helpOf("/audiences/aud_1/imports/imp_1")).toBe("/ajuda/importar-pessoas");
  expect(helpOf("/audiences/aud_1")).toBe("/ajuda/publicos-e-segmentos");
  expect(helpOf("/campaignsx")).toBeNull();
  expect(helpOf("/ajuda/atendimentos")).toBeNull();
});

describe("what the help is written in", () => {
  test("is text: no mark-up of a page gets through", () => {
    const { html, headings } = render(
      '# T\n\nLead\n\n## A <b> & "c" {#a}\n\n<script>alert(1)</script>\n\nso <b>`<i>` **x**',
    );
    expect(html).toBe(
      '<h2 id="a">A &lt;b&gt; &amp; &quot;c&quot;</h2>\n&lt;script&gt;alert(1)&lt;/script&gt;<p>so &lt;b&gt;<code>&lt;i&gt;</code> <strong>x</strong></p>',
    );
    expect(headings).toEqual([{ id: "a", level: 2, text: 'A <b> & "c"' }]);
  });

  test("has lists whose items go on, notes, links and tables with a row for each error of Meta's", () => {
    const { html, links, rows } = render(
      "# T\n\nLead\n\n- one\n  goes on\n- [two](/x)\n\n1. first\n\n> a note\n> of two lines\n\n| A |\n| --- |\n| b |\n\n## Errors {#e}\n\n| A | B | C |\n| --- | --- | --- |\n{meta-errors}",
    );
    expect(html).toContain('<ul>\n<li>one\ngoes on</li>\n<li><a href="/x">two</a></li>\n</ul>');
    expect(html).toContain("<ol>\n<li>first</li>\n</ol>\n<aside><p>a note\nof two lines</p>\n</aside>");
    expect(html).toContain('<tr id="erro-1"><td>1</td><td>What &lt;happened&gt;</td><td>What to do</td></tr>');
    expect(html).toContain('aria-label="Errors"');
    expect(links).toEqual(["/x"]);
    expect(rows).toEqual([{ id: "erro-1", level: 3, text: "1: What <happened>" }]);
  });
});
