import { html, raw } from "hono/html";
import { describeSecurity, openApiDocument } from "#http/kit/document.ts";
import type { App } from "#http/kit/openapi.ts";
import { PROBLEMS } from "#http/kit/problems.ts";

/** Only files of our own: the web application serves the viewer (scripts/build-docs.mjs), and nothing runs inline. */
const policy = (webUrl: string) =>
  [
    "default-src 'none'",
    `script-src ${webUrl}/api-docs/`,
    `style-src ${webUrl}/api-docs/`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

/** The API's description, open to everyone: as a document for machines and as a page for people. */
export function docRoutes(app: App): void {
  describeSecurity(app);
  // Routes are registered after this one; the document is made once, when it is first asked for.
  let document: string | undefined;
  app.get("/v1/openapi.json", (c) => {
    document ??= JSON.stringify(openApiDocument(app));
    return c.body(document, 200, { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-cache" });
  });

  app.get("/docs", (c) => {
    const { origin } = new URL(c.env.WEB_URL);
    c.header("Content-Security-Policy", policy(origin));
    c.header("Cache-Control", "no-cache");
    return c.html(page(origin));
  });
}

const problemRows = Object.entries(PROBLEMS).map(
  ([code, { status, title, advice }]) => html`
        <tr id="${code}">
          <td><code>${code}</code></td>
          <td>${status}</td>
          <td>${title}</td>
          <td>${raw(withCode(advice))}</td>
        </tr>`,
);

/** The table is our own text; backticks in it become code. */
function withCode(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll(/`([^`]+)`/g, "<code>$1</code>");
}

const page = (webUrl: string) => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>WhatsApp campaigns API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${webUrl}/api-docs/swagger-ui.css">
    <link rel="stylesheet" href="${webUrl}/api-docs/docs.css">
    <script defer src="${webUrl}/api-docs/swagger-ui-bundle.js"></script>
    <script defer src="${webUrl}/api-docs/docs.js"></script>
  </head>
  <body>
    <header>
      <a href="/v1/openapi.json">OpenAPI 3.1 document</a> · <a href="#problems">Problem codes</a>
    </header>
    <div id="swagger-ui"></div>
    <main>
      <h2 id="problems">Problem codes</h2>
      <p>
        Every failure is answered as <code>application/problem+json</code>; its <code>type</code> points to a row here.
      </p>
      <table>
        <thead>
          <tr><th>Code</th><th>Status</th><th>Title</th><th>What to do</th></tr>
        </thead>
        <tbody>${problemRows}
        </tbody>
      </table>
    </main>
  </body>
</html>`;
