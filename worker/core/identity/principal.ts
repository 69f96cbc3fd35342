/** Who is asking: a person signed in on the web, or an integrator's key. One tenant either way. */
export interface Principal {
  kind: "apiKey" | "user";
  id: string;
  name: string;
  tenantId: string;
  scopes: string[];
}

/** Who asks, and in which request: what the audit log keeps of a change. */
export interface Caller {
  principal: Principal;
  requestId: string;
}

/** How rows and the audit log name somebody: `user:<id>` or `apiKey:<id>`. */
export const actorOf = ({ kind, id }: Pick<Principal, "kind" | "id">): string => `${kind}:${id}`;
