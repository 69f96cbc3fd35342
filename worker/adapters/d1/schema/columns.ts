import { integer, text } from "drizzle-orm/sqlite-core";

/** Milliseconds since 1970, UTC. */
export const instant = (name: string) => integer(name);
export const json = <T>(name: string) => text(name, { mode: "json" }).$type<T>();
