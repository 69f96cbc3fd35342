import { m } from "$lib/paraglide/messages.js";
import type { Problem } from "./types.ts";

/** The problem that stands for no answer at all. */
export const unreachable = (): Problem => ({
  type: "about:blank",
  title: "",
  status: 503,
  detail: "",
  code: "unreachable",
  text: m.problem_unreachable(),
});
