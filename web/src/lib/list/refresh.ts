import { invalidate } from "$app/navigation";
import { navigating } from "$app/state";

/**
 * Loads again what depends on `key`, unless the person is on the way to another page: invalidating then would call off
 * their navigation, and the click would seem to have done nothing.
 */
export async function refresh(key: `${string}:${string}`): Promise<void> {
  if (!navigating.to) await invalidate(key);
}
