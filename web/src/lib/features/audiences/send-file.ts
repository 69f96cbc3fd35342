import { problemText } from "$lib/api/problem-text.ts";
import type { ApiResult, ImportJob, Problem } from "$lib/api/types.ts";
import { unreachable } from "$lib/api/unreachable.ts";

interface FileRequest {
  /** Behind `/api`, with its query. */
  path: string;
  file: Blob;
  idempotencyKey: string;
  /** With the share of the file that has left, 0 to 1. */
  onprogress: (share: number) => void;
  /** Calls it off; the answer is null then. */
  signal: AbortSignal;
}

/**
 * Sends a file as it lies on the disk, whatever its size. By XMLHttpRequest, because `fetch` does not tell how much of a
 * body has left.
 */
export function sendFile({ path, file, idempotencyKey, onprogress, signal }: FileRequest) {
  return new Promise<ApiResult<ImportJob> | null>((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.responseType = "json";
    request.setRequestHeader("Content-Type", "text/csv");
    request.setRequestHeader("Idempotency-Key", idempotencyKey);
    request.upload.onprogress = ({ loaded }) => onprogress(file.size > 0 ? loaded / file.size : 1);
    request.onload = () => {
      const { status, response } = request;
      resolve(
        status === 202 && response
          ? { ok: true, value: response }
          : { ok: false, problem: problemOf(response, status) },
      );
    };
    request.onerror = () => resolve({ ok: false, problem: unreachable() });
    request.onabort = () => resolve(null);
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** What stands before the API may refuse a large file without words of ours. */
function problemOf(body: unknown, status: number): Problem {
  const code: Problem["code"] = status === 413 ? "payload_too_large" : status >= 500 ? "unreachable" : `http_${status}`;
  const problem = { ...unreachable(), code, ...(typeof body === "object" ? body : {}), status };
  return { ...problem, text: problemText(problem) };
}
