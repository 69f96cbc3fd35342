/**
 * The help is written in a small part of Markdown: headings with an anchor, paragraphs, lists, tables, notes, pictures. What comes
 * out is HTML of ours alone: every text is escaped.
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
  /** Rows that can be linked to, by what stands in their first two cells. */
  rows: Heading[];
  links: string[];
  pictures: string[];
}
export interface Heading {
  id: string;
  level: 2 | 3;
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

const HEADING = /^(#{1,3}) (.+?)(?: \{#([a-z0-9-]+)\})?$/;
const PICTURE = /^!\[(.+)\]\(([a-z-]+)\)$/;
/** What begins another block, and so ends a paragraph. */
const BLOCK = /^(#{1,3} |[-] |\d+\. |\||> |!\[|$)/;

const PICTURE_WIDTH = 1200;
const PICTURE_HEIGHT = 750;

export function renderHelp(source: string, context: HelpContext): HelpText {
  const lines = source.trim().split("\n");
  const text: HelpText = { title: "", lead: "", html: "", headings: [], rows: [], links: [], pictures: [] };
  const inline = (part: string) => renderInline(part, context, text.links);
  const take = (goesOn: (line: string) => boolean): string[] => {
    const taken: string[] = [];
    while (lines.length > 0 && goesOn(lines[0] ?? "")) taken.push(lines.shift() ?? "");
    return taken;
  };
  const html: string[] = [];
  while (lines.length > 0) {
    const line = lines[0] ?? "";
    const heading = HEADING.exec(line);
    const picture = PICTURE.exec(line);
    if (line === "") lines.shift();
    else if (heading) {
      lines.shift();
      const [, marks = "", words = "", id = ""] = heading;
      if (marks.length === 1) text.title = words;
      else {
        const level = marks.length === 2 ? 2 : 3;
        text.headings.push({ id, level, text: words });
        html.push(`<h${level} id="${escapeHtml(id)}">${inline(words)}</h${level}>`);
      }
    } else if (picture) {
      lines.shift();
      const [, alt = "", name = ""] = picture;
      text.pictures.push(name);
      html.push(figure(alt, name, context));
    } else if (line.startsWith("|")) {
      const label = text.headings.at(-1)?.text ?? text.title;
      const rows = take((next) => next.startsWith("|") || next === ERRORS);
      if (rows.includes(ERRORS))
        for (const { id, cells } of context.errorRows)
          text.rows.push({ id, level: 3, text: cells.slice(0, 2).join(": ") });
      html.push(table(rows, label, context, inline));
    } else if (line.startsWith("> "))
      html.push(
        `<aside>${inline(
          take((next) => next.startsWith("> "))
            .map((next) => next.slice(2))
            .join(" "),
        )}</aside>`,
      );
    else if (/^- /.test(line))
      html.push(
        `<ul>${items(
          take((next) => /^(- | {2})/.test(next)),
          inline,
        )}</ul>`,
      );
    else if (/^\d+\. /.test(line))
      html.push(
        `<ol>${items(
          take((next) => /^(\d+\. | {2})/.test(next)),
          inline,
        )}</ol>`,
      );
    else {
      const words = [lines.shift() ?? "", ...take((next) => !BLOCK.test(next))].join(" ");
      if (text.title && !text.lead && html.length === 0) text.lead = words;
      else html.push(`<p>${inline(words)}</p>`);
    }
  }
  return { ...text, html: html.join("\n") };
}

const ERRORS = "{meta-errors}";

const escapeHtml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** `code`, **strong**, [text](address). */
function renderInline(text: string, { addressOf }: HelpContext, links: string[]): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => {
      if (part.length > 1 && part.startsWith("`")) return `<code>${escapeHtml(part.slice(1, -1))}</code>`;
      return escapeHtml(part)
        .replace(/\*\*(.+?)\*\*/g, "<strong>$1</strong>")
        .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, (_, words: string, link: string) => {
          links.push(link);
          return `<a href="${addressOf(link)}">${words}</a>`;
        });
    })
    .join("");
}

/** An item may go on in lines that are indented. */
function items(lines: string[], inline: (text: string) => string): string {
  const texts: string[] = [];
  for (const line of lines) {
    if (line.startsWith("  ")) texts.push(`${texts.pop() ?? ""} ${line.trim()}`);
    else texts.push(line.replace(/^(- |\d+\. )/, ""));
  }
  return texts.map((text) => `<li>${inline(text)}</li>`).join("");
}

const cellsOf = (row: string) =>
  row
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => cell.trim());

/** The first row is the header, the second its rule. Scrolls by itself where it is wider than the page, by keyboard too. */
function table(lines: string[], label: string, context: HelpContext, inline: (text: string) => string): string {
  const [header = "", , ...rows] = lines;
  const row = (cells: string[], id?: string) =>
    `<tr${id ? ` id="${escapeHtml(id)}"` : ""}>${cells.map((cell) => `<td>${inline(cell)}</td>`).join("")}</tr>`;
  const body = rows.flatMap((line) =>
    line === ERRORS ? context.errorRows.map(({ id, cells }) => row(cells, id)) : row(cellsOf(line)),
  );
  const head = cellsOf(header).map((cell) => `<th scope="col">${inline(cell)}</th>`);
  return `<div class="wide" role="region" tabindex="0" aria-label="${escapeHtml(label)}"><table><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}

/** Light and dark: the one that is not shown is not loaded either. */
function figure(alt: string, name: string, { pictureOf }: HelpContext): string {
  const image = (theme: "light" | "dark") =>
    `<img class="${theme}" src="${pictureOf(name, theme)}" alt="${escapeHtml(alt)}" width="${PICTURE_WIDTH}" height="${PICTURE_HEIGHT}" loading="lazy" decoding="async" />`;
  return `<figure>${image("light")}${image("dark")}</figure>`;
}
