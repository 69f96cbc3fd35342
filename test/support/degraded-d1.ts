import { env } from "cloudflare:workers";

/** Asked before each query: throws when D1 is away, waits when it is slow. */
export type Degradation = (sql: string) => void | Promise<void>;

/** How D1 fails when it can't be reached. */
export const unreachable: Degradation = () => {
  throw new Error("D1_ERROR: Network connection lost.");
};

/** Degrades D1 for the Worker and its objects; answers what restores it. */
export function degradeD1(degradation: Degradation): () => void {
  const healthy = env.DB;
  env.DB = degraded(healthy, degradation);
  return () => {
    env.DB = healthy;
  };
}

const ANSWERS = new Set(["first", "all", "raw", "run"]);

function degraded(database: D1Database, degradation: Degradation): D1Database {
  const originals = new WeakMap<D1PreparedStatement, { statement: D1PreparedStatement; sql: string }>();
  const wrap = (statement: D1PreparedStatement, sql: string): D1PreparedStatement => {
    const wrapped = new Proxy(statement, {
      get(target, name) {
        if (name === "bind") return (...values: unknown[]) => wrap(target.bind(...values), sql);
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function" || !ANSWERS.has(String(name))) return method;
        return async (...args: unknown[]) => {
          await degradation(sql);
          return method.apply(target, args);
        };
      },
    });
    originals.set(wrapped, { statement, sql });
    return wrapped;
  };
  return new Proxy(database, {
    get(target, name) {
      if (name === "prepare") return (sql: string) => wrap(target.prepare(sql), sql);
      if (name === "batch")
        return async (statements: D1PreparedStatement[]) => {
          const found = statements.map((each) => originals.get(each) ?? { statement: each, sql: "" });
          for (const { sql } of found) await degradation(sql);
          return target.batch(found.map(({ statement }) => statement));
        };
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
