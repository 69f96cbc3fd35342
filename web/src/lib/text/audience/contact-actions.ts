import { lookUp } from "$lib/api/key-of.ts";
import { m } from "$lib/paraglide/messages.js";

const actions: Record<string, () => string> = {
  "contact.create": m.contact_action_create,
  "contact.update": m.contact_action_update,
  "contact.delete": m.contact_action_delete,
  "contact.opt_in": m.contact_action_opt_in,
  "contact.opt_out": m.contact_action_opt_out,
  "contact.erase": m.contact_action_erase,
};

/** What was done to a contact, as the audit log names it; what is not known here stands as it is. */
export const contactAction = (action: string): string => lookUp(actions, action)?.() ?? action;

/** Who did it, for somebody who knows no ids: `user:…` or `apiKey:…`. */
export const actorKind = (actor: string): string =>
  actor.startsWith("user:") ? m.actor_person() : actor.startsWith("apiKey:") ? m.actor_program() : "";
