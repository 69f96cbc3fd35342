/**
 * Whether this browser shows the first steps on the page of campaigns. Without a choice they show until a campaign was
 * completed.
 */
export const FIRST_STEPS_COOKIE = "first-steps";
export type FirstStepsChoice = "hidden" | "shown";
export const FIRST_STEPS_SECONDS = 365 * 24 * 60 * 60;

export function chooseFirstSteps(choice: FirstStepsChoice): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser that offices have
  document.cookie = `${FIRST_STEPS_COOKIE}=${choice}; path=/; max-age=${FIRST_STEPS_SECONDS}; samesite=lax`;
}
