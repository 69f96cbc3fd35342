import { ERROR_TEXTS } from "$core/meta/error-texts.ts";
import { getLocale } from "$lib/paraglide/runtime.js";
import { type HelpText, renderHelp } from "./markdown.ts";
import { HELP_PAGES, type HelpPage } from "./pages.ts";

/** Read here alone: a browser gets the page that it shows, and of the others the headings. */
const sources = import.meta.glob<string>("./content/*.md", { query: "?raw", import: "default", eager: true });

/** Meta's errors in words, each once with all codes that mean it. */
function errorRows(locale: string) {
  const codesOf = Map.groupBy(Object.entries(ERROR_TEXTS), ([, text]) => text);
  return [...codesOf].map(([{ titlePt, titleEn, advicePt, adviceEn }, entries]) => {
    const codes = entries.map(([code]) => code);
    const words = locale === "en" ? [titleEn, adviceEn] : [titlePt, advicePt];
    return { id: `erro-${codes[0]}`, cells: [codes.join(", "), ...words] };
  });
}

/** A page in the person's language. @param apiUrl where links to the API's documentation lead */
export function helpText(page: HelpPage, apiUrl: string): HelpText {
  const locale = getLocale();
  return renderHelp(sources[`./content/${page}.${locale}.md`] ?? "", {
    addressOf: (link) => (link.startsWith("api:") ? `${apiUrl}${link.slice("api:".length)}` : link),
    pictureOf: (name, theme) => `/help/${name}.${locale}.${theme}.webp`,
    errorRows: errorRows(locale),
  });
}

export const allHelp = (apiUrl: string) => HELP_PAGES.map((page) => ({ page, ...helpText(page, apiUrl) }));
