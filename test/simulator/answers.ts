import { errorBody, errorHttpStatus, type GraphFailure } from "./errors.ts";
import { newTraceId } from "./identifiers.ts";

/** Longer than any client waits. */
const HANG_MS = 10 * 60_000;

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

export function refused(failure: GraphFailure): Response {
  const traceId = newTraceId();
  return Response.json(errorBody(failure, traceId), {
    status: errorHttpStatus(failure),
    headers: { "x-fb-trace-id": traceId, "facebook-api-version": "v25.0" },
  });
}

/** What a gateway in front of the API answers when it fails: no JSON. */
export const gatewayError = (httpStatus: number): Response =>
  new Response(
    `<!DOCTYPE html><html><head><title>Error ${httpStatus}</title></head><body>Sorry, something went wrong.</body></html>`,
    {
      status: httpStatus,
      headers: { "content-type": "text/html; charset=utf-8" },
    },
  );

/** Headers come, then the connection breaks within the body: the nearest a Worker gets to a cut connection. */
export function cutAnswer(): Response {
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(new TextEncoder().encode('{"messaging_product":"what'));
      // The first bytes must be gone before the error, or no answer comes at all.
      await sleep(20);
      controller.error(new Error("cut by a scenario"));
    },
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
}

/** Never, as far as a client can tell. */
export async function hang(): Promise<Response> {
  await sleep(HANG_MS);
  return gatewayError(504);
}
