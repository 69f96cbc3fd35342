import { expect } from "vitest";
import type { z } from "zod";
import { problem } from "#http/kit/common.schema.ts";

/** Every failure has one shape; answers the body for what the test wants to know beyond it. */
export async function expectProblem(
  response: Response,
  status: number,
  code: string,
): Promise<z.infer<typeof problem>> {
  const text = await response.clone().text();
  expect(`${response.status} ${text}`).toMatch(new RegExp(`^${status} `));
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  expect(response.headers.get("X-Request-Id")).toMatch(/^[\w-]{8,}$/);
  const body = problem.strict().parse(JSON.parse(text));
  expect(body).toMatchObject({ status, code, type: `/docs#${code}` });
  return body;
}

/** The body of a good answer, read by the schema that the document promises. */
export async function expectBody<T extends z.ZodType>(
  response: Response,
  status: number,
  schema: T,
): Promise<z.infer<T>> {
  const text = await response.text();
  expect(`${response.status} ${text}`).toMatch(new RegExp(`^${status} `));
  return schema.parse(JSON.parse(text));
}
