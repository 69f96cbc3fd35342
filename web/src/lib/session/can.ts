import { page } from "$app/state";
import { holds, type Scope } from "$core/identity/scopes.ts";

/** Whether the person signed in may do this; what they may not do is not offered. The API decides all the same. */
export const can = (scope: Scope): boolean => holds(page.data.me?.scopes ?? [], scope);
