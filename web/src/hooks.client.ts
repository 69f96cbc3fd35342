import type { HandleClientError } from "@sveltejs/kit";

/** A page whose data did not arrive: `fetch` rejects with a TypeError, which is nobody's mistake but the network's. */
export const handleError: HandleClientError = ({ error }) => ({
  message: "",
  code: error instanceof TypeError && /fetch|network|load failed/i.test(error.message) ? "unreachable" : "",
});
