import { env } from "cloudflare:workers";

/** Asked before each query: throws when D1 is away, waits when it is slow. */
export type Weather = (sql: string) => void | Promise<void>;

/** How D1 fails when it can't be reached. */
export const away: Weather = () => {
  throw new Error("D1_ERROR: Network connection lost.");
};

/** Puts a weather between the Worker, objects and all, and D1; answers what clears it up again. */
export function d1Weather(weather: Weather): () => void {
  const clear = env.DB;
  env.DB = under(clear, weather);
  return () => {
    env.DB = clear;
  };
}

const ANSWERS = new Set(["first", "all", "raw", "run"]);

function under(database: D1Database, weather: Weather): D1Database {
  const behind = new WeakMap<D1PreparedStatement, { statement: D1PreparedStatement; sql: string }>();
  const cloud = (statement: D1PreparedStatement, sql: string): D1PreparedStatement => {
    const clouded = new Proxy(statement, {
      get(target, name) {
        if (name === "bind") return (...values: unknown[]) => cloud(target.bind(...values), sql);
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function" || !ANSWERS.has(String(name))) return method;
        return async (...args: unknown[]) => {
          await weather(sql);
          return method.apply(target, args);
        };
      },
    });
    behind.set(clouded, { statement, sql });
    return clouded;
  };
  return new Proxy(database, {
    get(target, name) {
      if (name === "prepare") return (sql: string) => cloud(target.prepare(sql), sql);
      if (name === "batch")
        return async (statements: D1PreparedStatement[]) => {
          const found = statements.map((each) => behind.get(each) ?? { statement: each, sql: "" });
          for (const { sql } of found) await weather(sql);
          return target.batch(found.map(({ statement }) => statement));
        };
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
