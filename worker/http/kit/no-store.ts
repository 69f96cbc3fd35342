import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./context.ts";

/** Answers here are one tenant's, with names and numbers of people: not for anybody's cache. */
export const noStore = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  // A switch to WebSocket has no headers to add to.
  if (c.res.status !== 101) c.res.headers.set("Cache-Control", "private, no-store");
});
