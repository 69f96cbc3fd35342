import type { RequestEvent } from "@sveltejs/kit";
import type { Onboarding } from "$lib/api/types.ts";
import { FIRST_STEPS_COOKIE, FIRST_STEPS_SECONDS, type FirstStepsChoice } from "$lib/session/first-steps.ts";

/**
 * The first steps, if they are to be shown. Once a campaign was completed they are over by themselves, and are not asked for again.
 */
export async function loadFirstSteps({
  cookies,
  locals,
  platform,
  url,
}: Pick<RequestEvent, "cookies" | "locals" | "platform" | "url">): Promise<{ done: Onboarding; docs: string } | null> {
  const choice = cookies.get(FIRST_STEPS_COOKIE);
  if (choice === ("hidden" satisfies FirstStepsChoice)) return null;
  const answer = await locals.api.GET("/v1/onboarding");
  if (!answer.ok) return null;
  if (answer.value.completed && choice !== ("shown" satisfies FirstStepsChoice)) {
    cookies.set(FIRST_STEPS_COOKIE, "hidden" satisfies FirstStepsChoice, {
      path: "/",
      maxAge: FIRST_STEPS_SECONDS,
      httpOnly: false,
      sameSite: "lax",
      secure: url.protocol === "https:",
    });
    return null;
  }
  return { done: answer.value, docs: `${platform?.env.API_PUBLIC_URL ?? ""}/docs` };
}
