import { invalidate, replaceState } from "$app/navigation";
import { navigating, page } from "$app/state";

/**
 * Loads again what depends on `key`, unless the person is on the way to another page: invalidating then would call off
 * their navigation, and the click would seem to have done nothing. What the history entry remembers stays, which
 * SvelteKit would drop.
 */
export async function refresh(key: `${string}:${string}`): Promise<void> {
  if (navigating.to) return;
  const { state, url } = page;
  await invalidate(key);
  const isSamePage = !navigating.to && page.url.href === url.href;
  if (isSamePage && Object.keys(state).length > 0 && Object.keys(page.state).length === 0) replaceState("", state);
}
