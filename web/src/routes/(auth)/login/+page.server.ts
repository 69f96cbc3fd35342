import { fail, redirect } from "@sveltejs/kit";
import { ownPath } from "$core/shared/own-path.ts";
import { apiByBinding } from "$lib/api/binding.server.ts";
import { cookieMaxAge, cookieName, getLocale, isLocale } from "$lib/paraglide/runtime.js";
import { startSession } from "$lib/session/cookie.server.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = ({ locals, url }) => {
  const next = nextPage(url);
  // Sent back here by a 401, a cookie may still lie around: show the form then.
  if (locals.token && !url.searchParams.has("next")) redirect(303, next);
  return { expired: locals.token !== null };
};

export const actions: Actions = {
  default: async ({ request, cookies, locals, platform, url, getClientAddress }) => {
    const form = await request.formData();
    const email = String(form.get("email") ?? "").trim();
    const password = String(form.get("password") ?? "");
    if (!email || !password) return fail(400, { email, code: "credentials_missing" });

    const signedIn = await locals.api.POST("/auth/sign-in/email", { body: { email, password } });
    if (!signedIn.ok) return fail(signedIn.problem.status, { email, code: reasonCode(signedIn.problem.status) });

    startSession(cookies, signedIn.value.token, url);
    if (platform && !cookies.get(cookieName)) {
      const locale = getLocale();
      const { token } = signedIn.value;
      const asPerson = apiByBinding({ env: platform.env, token, locale, address: getClientAddress() });
      const me = await asPerson.GET("/v1/me");
      // Whoever never chose a language gets the tenant's. The language menu reads and writes the same cookie.
      if (me.ok && isLocale(me.value.tenant.locale)) {
        cookies.set(cookieName, me.value.tenant.locale, {
          path: "/",
          maxAge: cookieMaxAge,
          httpOnly: false,
          secure: url.protocol === "https:",
        });
      }
    }
    redirect(303, nextPage(url));
  },
};

function reasonCode(status: number): "credentials_wrong" | "too_many_attempts" | "unreachable" {
  if (status === 429) return "too_many_attempts";
  return status >= 500 ? "unreachable" : "credentials_wrong";
}

const nextPage = (url: URL): string => ownPath(url.searchParams.get("next"), url.origin, "/campaigns");
