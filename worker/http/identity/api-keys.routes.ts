import { API_KEY_BYTES, makeApiKey } from "#core/identity/api-key.ts";
import { SCOPES, scopeBeyond, unknownScope } from "#core/identity/scopes.ts";
import { iso, isoOrNull } from "#core/shared/time.ts";
import * as schema from "#http/identity/api-keys.schema.ts";
import { permit } from "#http/kit/auth.ts";
import { listQuery } from "#http/kit/common.schema.ts";
import { notFound, ProblemError, problem } from "#http/kit/errors.ts";
import { idempotent } from "#http/kit/idempotency.ts";
import { type App, body, idParam, json, route } from "#http/kit/openapi.ts";
import { paging } from "#http/kit/paging.ts";

const tags = ["API keys"];

interface KeyRow {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  createdAt: number;
  lastUsedAt: number | null;
}
const present = (row: KeyRow) => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes,
  createdAt: iso(row.createdAt),
  lastUsedAt: isoOrNull(row.lastUsedAt),
});

export function apiKeyRoutes(app: App): void {
  app.openapi(
    route({
      method: "get",
      path: "/v1/api-keys",
      tags,
      summary: "List API keys",
      description: "Keys in force, newest first, known by their first characters. Revoked ones are left out.",
      middleware: [permit("tenant:admin")],
      request: { query: listQuery },
      responses: { 200: json(schema.apiKeyList, "API keys, newest first") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { query, answer } = await paging(c, c.req.valid("query"));
      return c.json(answer(await deps.store(principal.tenantId).apiKeys.list(query), present), 200);
    },
  );

  app.openapi(
    route({
      method: "post",
      path: "/v1/api-keys",
      tags,
      summary: "Create an API key",
      description:
        `\`key\` is shown here and never again: only its hash is kept. Scopes: ${SCOPES.join(", ")}, or \`*\` for all; ` +
        "left out, the new key may do what its creator may. Nobody can give a scope that they do not hold.",
      middleware: [permit("tenant:admin"), idempotent],
      request: { body: body(schema.apiKeyInput) },
      responses: { 201: json(schema.apiKeyCreated, "The key, this once") },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { name, scopes = principal.scopes } = c.req.valid("json");
      const unknown = unknownScope(scopes);
      if (unknown !== null) {
        throw new ProblemError({
          code: "invalid_request",
          detail: "Some fields are missing or not valid; see errors.",
          errors: [{ path: "scopes", message: `There is no scope ${unknown}; use * or ${SCOPES.join(", ")}.` }],
        });
      }
      const beyond = scopeBeyond(principal.scopes, scopes);
      if (beyond !== null) throw problem("forbidden", `You can't give the scope ${beyond}, for you do not hold it.`);

      const { key, prefix } = makeApiKey(crypto.getRandomValues(new Uint8Array(API_KEY_BYTES)));
      const row = { id: deps.newId("key"), name, prefix, scopes: [...new Set(scopes)], createdAt: deps.now() };
      await deps.store(principal.tenantId).apiKeys.create({ ...row, hash: await deps.hash(key) });
      await deps.audit(c.var, "api_key.create", row.id, { name, prefix, scopes: row.scopes });
      return c.json({ ...present({ ...row, lastUsedAt: null }), key }, 201);
    },
  );

  app.openapi(
    route({
      method: "delete",
      path: "/v1/api-keys/{id}",
      tags,
      summary: "Revoke an API key",
      description: "The key stops working at once and for good.",
      middleware: [permit("tenant:admin")],
      request: { params: idParam },
      responses: { 204: { description: "Revoked" } },
    }),
    async (c) => {
      const { deps, principal } = c.var;
      const { id } = c.req.valid("param");
      if (!(await deps.store(principal.tenantId).apiKeys.revoke(id, deps.now()))) throw notFound("API key");
      await deps.audit(c.var, "api_key.revoke", id);
      return c.body(null, 204);
    },
  );
}
