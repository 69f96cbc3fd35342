import { error } from "@sveltejs/kit";

/** An address that leads nowhere still leads to the shell, with a way on from there. */
export const load = () => error(404, { message: "Not found", code: "not_found" });
