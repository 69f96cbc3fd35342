import type { Env } from "#env.ts";
import { between } from "./checkpoints.ts";

/** What the one who uses the bindings is doing at the moment: the first part of a point's name. */
export interface Work {
  name: string;
}

/** The same bindings, with a checkpoint on either side of each query of D1 and each batch put on a send queue. */
export function watched(env: Env, work: Work): Env {
  const sends = Object.entries(env).flatMap(([name, binding]) =>
    name.startsWith("SENDS_")
      ? [[name, intercept(binding, { sendBatch: (call) => between(`${work.name}.enqueue`, call) })]]
      : [],
  );
  return { ...env, DB: watchedDatabase(env.DB, work), ...Object.fromEntries(sends) };
}

/** Statements that a watched one stands for: `batch` takes only the platform's own. */
const originals = new WeakMap<object, D1PreparedStatement>();

function watchedDatabase(database: D1Database, work: Work): D1Database {
  return intercept(database, {
    prepare: (_, [sql]) => watchedStatement(database.prepare(String(sql)), work),
    batch: (_, [statements]) =>
      between(`${work.name}.d1`, () =>
        database.batch(Array.isArray(statements) ? statements.map((one) => originals.get(one) ?? one) : []),
      ),
  });
}

function watchedStatement(statement: D1PreparedStatement, work: Work): D1PreparedStatement {
  const query: Interceptor = (call) => between(`${work.name}.d1`, call);
  const seen = intercept(statement, {
    bind: (_, values) => watchedStatement(statement.bind(...values), work),
    ...{ all: query, run: query, raw: query, first: query },
  });
  originals.set(seen, statement);
  return seen;
}

type Interceptor = (call: () => Promise<unknown>, args: unknown[]) => unknown;

/** Stands for an object of the platform; methods that are named here go through an interceptor. */
function intercept<T extends object>(target: T, methods: Record<string, Interceptor>): T {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      const interceptor = typeof name === "string" ? methods[name] : undefined;
      if (!interceptor) return value.bind(target);
      return (...args: unknown[]) => interceptor(async () => Reflect.apply(value, target, args), args);
    },
  });
}
