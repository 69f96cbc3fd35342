import { Marked, type Token, type Tokens } from "marked";

/**
 * The help is written in Markdown, without HTML of its own, which is shown as it was written. Beside what Markdown says:
 *
 *     # Title              the page's, once; the paragraph below it is the lead
 *     ## Heading {#anchor} the same anchor in all languages
 *     > Note
 *     ![What it shows](picture)
 *     {meta-errors}        a row of a table: one for each error of Meta's
 */
export interface HelpText {
  title: string;
  lead: string;
  html: string;
  headings: Heading[];
  /** Rows of Meta's errors, which have anchors of their own. */
  rows: Heading[];
  links: string[];
  pictures: string[];
}
export interface Heading {
  id: string;
  level: number;
  text: string;
}

export interface HelpContext {
  /** Where a link leads; those of the API begin with `api:`. */
  addressOf(link: string): string;
  /** A picture's file, in this language. */
  pictureOf(name: string, theme: "light" | "dark"): string;
  /** Rows of the table of Meta's errors: cells as Markdown. */
  errorRows: { id: string; cells: string[] }[];
}

const ANCHORED = /^(.+?)(?: \{#([a-z0-9-]+)\})?$/;
const ERRORS = "{meta-errors}";
const PICTURE_WIDTH = 1200;
const PICTURE_HEIGHT = 750;

export function renderHelp(source: string, context: HelpContext): HelpText {
  const text: HelpText = { title: "", lead: "", html: "", headings: [], rows: [], links: [], pictures: [] };
  const marked: Marked = new Marked({
    renderer: {
      heading({ depth, text: written }) {
        const [, words = "", id = ""] = ANCHORED.exec(written) ?? [];
        text.headings.push({ id, level: depth, text: words });
        return `<h${depth} id="${escapeHtml(id)}">${marked.parseInline(words)}</h${depth}>\n`;
      },
      html: ({ text }) => escapeHtml(text),
      blockquote({ tokens }) {
        return `<aside>${this.parser.parse(tokens)}</aside>\n`;
      },
      link({ href, tokens }) {
        text.links.push(href);
        return `<a href="${escapeHtml(context.addressOf(href))}">${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text: alt }) {
        text.pictures.push(href);
        return picture(alt, href, context);
      },
      paragraph({ tokens }) {
        const inner = this.parser.parseInline(tokens);
        return tokens.every(({ type }) => type === "image") ? `<figure>${inner}</figure>\n` : `<p>${inner}</p>\n`;
      },
      table({ header, rows }) {
        const inline = (cells: Tokens.TableCell[]) => cells.map(({ tokens }) => this.parser.parseInline(tokens));
        const row = (cells: string[], id?: string) =>
          `<tr${id ? ` id="${escapeHtml(id)}"` : ""}>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
        const errors = () =>
          context.errorRows.map(({ id, cells }) => {
            text.rows.push({ id, level: 3, text: cells.slice(0, 2).join(": ") });
            return row(
              cells.map((cell) => String(marked.parseInline(cell))),
              id,
            );
          });
        const body = rows.flatMap((cells) => (cells[0]?.text === ERRORS ? errors() : row(inline(cells))));
        const head = inline(header).map((cell) => `<th scope="col">${cell}</th>`);
        const label = escapeHtml(text.headings.at(-1)?.text ?? text.title);
        // Scrolls by itself where it is wider than the page, by keyboard too.
        return `<div class="table" role="region" tabindex="0" aria-label="${label}"><table><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("")}</tbody></table></div>\n`;
      },
    },
  });
  const [title, lead, ...rest] = marked.lexer(source).filter(({ type }) => type !== "space");
  text.title = plain(title, "heading");
  text.lead = plain(lead, "paragraph");
  text.html = marked.parser(rest).trim();
  return text;
}

const plain = (token: Token | undefined, type: string): string =>
  token?.type === type ? String((token as Tokens.Generic).text).replaceAll("\n", " ") : "";

const escapeHtml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** Light and dark: the one that is not shown is not loaded either. */
function picture(alt: string, name: string, { pictureOf }: HelpContext): string {
  const image = (theme: "light" | "dark") =>
    `<img class="${theme}" src="${escapeHtml(pictureOf(name, theme))}" alt="${escapeHtml(alt)}" width="${PICTURE_WIDTH}" height="${PICTURE_HEIGHT}" loading="lazy" decoding="async" />`;
  return `${image("light")}${image("dark")}`;
}
