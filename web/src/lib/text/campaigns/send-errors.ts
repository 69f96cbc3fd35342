import type { Recipient } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";

/** "Mensagem não pôde ser entregue (131026)". Where Meta gave no code, ours in its place is nobody's business. */
export const errorTitle = ({ code, title }: Pick<NonNullable<Recipient["error"]>, "code" | "title">): string =>
  code > 0 ? m.errors_titled({ title, code }) : title;
