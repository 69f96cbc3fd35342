import type { GraphFailure } from "./errors.ts";
import { fail, ok, type Result } from "./model.ts";

/** What a caller may read of an object: every field it has by name, undefined where it holds nothing. */
export interface GraphNode {
  /** As Meta calls it in errors. */
  type: string;
  fields: Record<string, unknown>;
  /** Given when the caller names no fields; `id` always comes. */
  defaults: readonly string[];
}

/** `a,b{c,d}` as names with the names inside. */
function parseFields(text: string): { name: string; inner: string[] | null }[] {
  return [...text.matchAll(/([A-Za-z0-9_]+)(?:[({]([^)}]*)[)}])?/g)].map((match) => ({
    name: match[1] ?? "",
    inner: match[2] === undefined ? null : match[2].split(",").map((part) => part.trim()),
  }));
}

function narrow(value: unknown, inner: string[] | null): unknown {
  if (inner === null || typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => inner.includes(name)));
}

/** The asked fields plus `id`. A field the type does not have is error 100, one that holds nothing is left out. */
export function readFields(node: GraphNode, asked: string | undefined): Result<Record<string, unknown>, GraphFailure> {
  const fields = asked ? parseFields(asked) : node.defaults.map((name) => ({ name, inner: null }));
  const answer: Record<string, unknown> = {};
  for (const { name, inner } of fields) {
    if (!Object.hasOwn(node.fields, name))
      return fail({
        code: 100,
        message: `(#100) Tried accessing nonexisting field (${name}) on node type (${node.type})`,
      });
    const value = narrow(node.fields[name], inner);
    if (value !== undefined) answer[name] = value;
  }
  return ok({ ...answer, id: node.fields.id });
}
