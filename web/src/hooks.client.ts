import type { HandleClientError } from "@sveltejs/kit";
import { m } from "$lib/paraglide/messages.js";

/** A page whose data did not arrive: `fetch` rejects with a TypeError, which is nobody's mistake but the network's. */
export const handleError: HandleClientError = ({ error }) =>
  error instanceof TypeError && /fetch|network|load failed/i.test(error.message)
    ? { message: m.problem_unreachable(), code: "unreachable" }
    : { message: "" };
