import { z } from "zod";
import { request } from "./builders.ts";

/** One operation of the served OpenAPI document, as far as tests that walk over all of them need it. */
export interface Operation {
  /** As in `GET /v1/segments/{id}`. */
  name: string;
  method: string;
  path: string;
  tags: string[];
  summary: string;
  /** False for the few that anyone may call. */
  needsCredentials: boolean;
  parameters: { name: string; in: string }[];
  takesBody: boolean;
  statuses: number[];
}

const documented = z.object({
  tags: z.array(z.string()),
  summary: z.string(),
  security: z.array(z.record(z.string(), z.array(z.string()))).default([]),
  parameters: z.array(z.object({ name: z.string(), in: z.string() })).default([]),
  requestBody: z.unknown().optional(),
  responses: z.record(z.string(), z.unknown()),
});
const paths = z.object({ paths: z.record(z.string(), z.record(z.string(), documented)) });

export async function readOperations(): Promise<Operation[]> {
  const document = paths.parse(await (await request("GET", "/v1/openapi.json")).json());
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      tags: operation.tags,
      summary: operation.summary,
      needsCredentials: operation.security.length > 0,
      parameters: operation.parameters,
      takesBody: operation.requestBody !== undefined,
      statuses: Object.keys(operation.responses).map(Number),
    })),
  );
}
