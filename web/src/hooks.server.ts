import type { Handle } from "@sveltejs/kit";
import { sequence } from "@sveltejs/kit/hooks";
import { createInitialModeExpression } from "mode-watcher";
import { apiByBinding } from "$lib/api/binding.server.ts";
import { getLocale } from "$lib/paraglide/runtime.js";
import { paraglideMiddleware } from "$lib/paraglide/server.js";
import { readSession } from "$lib/session/cookie.server.ts";
import { changesFromAnotherSite } from "$lib/session/other-site.server.ts";
import { setSecurityHeaders } from "$lib/session/security-headers.server.ts";

/** Sets the theme before the first paint. */
const themeScript = createInitialModeExpression();

const language: Handle = ({ event, resolve }) =>
  paraglideMiddleware(event.request, ({ request, locale }) => {
    event.request = request;
    return resolve(event, {
      transformPageChunk: ({ html }) =>
        html.replace('lang="pt-BR"', `lang="${locale}"`).replace("/* set the theme */", () => themeScript),
      preload: ({ type, path }) => type === "js" || type === "css" || (type === "font" && path.includes("latin-wght")),
    });
  });

const session: Handle = ({ event, resolve }) => {
  if (!event.platform) throw new Error("The application runs on Cloudflare Pages: platform is missing.");
  const token = readSession(event.cookies);
  event.locals.token = token;
  const address = event.getClientAddress();
  event.locals.api = apiByBinding({ env: event.platform.env, token, locale: getLocale(), address });
  return resolve(event);
};

const security: Handle = async ({ event, resolve }) => {
  if (changesFromAnotherSite(event.request, event.url)) return new Response(null, { status: 403 });
  const response = await resolve(event);
  // What is made for one person is nobody else's: no cache keeps it, nor the browser's after signing out.
  response.headers.set("cache-control", "no-store");
  if (event.platform) setSecurityHeaders(response.headers, event.platform.env.API_PUBLIC_URL);
  return response;
};

export const handle = sequence(security, language, session);
