/** What a route may require. Reading and changing are apart; keys and people hold lists of these, or `*` for all. */
export const SCOPES = [
  "catalogue:read",
  "catalogue:write",
  "contacts:read",
  "contacts:write",
  "campaigns:read",
  "campaigns:write",
  "campaigns:launch",
  "tenant:admin",
] as const;
export type Scope = (typeof SCOPES)[number];
export type Role = "owner" | "admin" | "operator" | "viewer";

const HELD_BY: Record<Role, readonly ("*" | Scope)[]> = {
  owner: ["*"],
  admin: ["*"],
  operator: SCOPES.filter((scope) => scope !== "tenant:admin"),
  viewer: SCOPES.filter((scope) => scope.endsWith(":read")),
};

/** What a person may do in a tenant by their role there. */
export const scopesOf = (role: Role): string[] => [...HELD_BY[role]];

export const holds = (held: readonly string[], scope: string): boolean => held.includes("*") || held.includes(scope);

/** A name that no scope bears, or null: typing errors must not make a key that can do less than its owner thinks. */
export const unknownScope = (scopes: readonly string[]): string | null =>
  scopes.find((scope) => scope !== "*" && !SCOPES.some((known) => known === scope)) ?? null;

/** A scope that the giver does not hold, or null: nobody hands out more than they have. */
export const scopeBeyond = (held: readonly string[], given: readonly string[]): string | null =>
  given.find((scope) => !holds(held, scope)) ?? null;
