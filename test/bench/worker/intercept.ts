import type { Env } from "#env.ts";

/** What stands between a caller and a method: `call` makes the real call, with other arguments if some are given. */
type Interceptor = (call: (args?: unknown[]) => unknown, args: unknown[]) => unknown;

/** Stands for an object of the platform; methods that are named here go through an interceptor. */
export function intercept<T extends object>(target: T, methods: Record<string, Interceptor>): T {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      const interceptor = typeof name === "string" ? methods[name] : undefined;
      if (!interceptor) return value.bind(target);
      return (...args: unknown[]) => interceptor((given = args) => Reflect.apply(value, target, given), args);
    },
  });
}

/** The same bindings, some of them replaced: whatever they are called, as long as the names keep their pattern. */
export function withBindings(env: Env, replace: (name: string, binding: object) => object): Env {
  const made = new Map<string, object>();
  return new Proxy(env, {
    get(target, name) {
      const binding: unknown = Reflect.get(target, name);
      if (typeof name !== "string" || typeof binding !== "object" || binding === null) return binding;
      const known = made.get(name) ?? replace(name, binding);
      made.set(name, known);
      return known;
    },
  });
}

export const isSendQueue = (name: string) => /^sends[-_]\d+$/i.test(name);
