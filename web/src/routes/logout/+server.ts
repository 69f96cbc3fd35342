import { redirect } from "@sveltejs/kit";
import { endSession } from "$lib/session/cookie.server.ts";
import type { RequestHandler } from "./$types";

/** Ends the session here whatever the API answers: the person asked to leave. */
export const POST: RequestHandler = async ({ cookies, locals, url }) => {
  if (locals.token) await locals.api.POST("/auth/sign-out");
  endSession(cookies, url);
  redirect(303, "/login");
};
