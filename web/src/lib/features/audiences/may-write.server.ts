import { error } from "@sveltejs/kit";
import { holds } from "$core/identity/scopes.ts";
import type { Me } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";

/** A form that nobody could send is not shown to them, whoever gave them its address. */
export function mayWrite(me: Me | null): void {
  if (me && !holds(me.scopes, "contacts:write")) error(403, { message: m.problem_forbidden(), code: "forbidden" });
}
