import { setTimeout as sleep } from "node:timers/promises";

const AGAIN_MS = 250;
/** Longer than the API takes to start again on a busy machine; counted, since a machine that stands still loses time. */
const MOST_TRIES = 600;
const ANSWER_MS = 30_000;

/** An answer of the API's that says no. */
export class Refused extends Error {
  constructor(method, path, status, text) {
    super(`${method} ${path}: ${status} ${text.slice(0, 300)}`);
    this.status = status;
  }
}

/**
 * Calls the API as its tenant while it is being killed and started again: what is not answered, or answered 5xx, is
 * asked again. Whoever calls must be prepared for something to have been done twice.
 * @param onServerError called with each 5xx
 */
export function steadyApi(apiUrl, apiKey, onServerError = () => {}) {
  return async (method, path, body) => {
    const csv = typeof body === "string";
    for (let tries = 1; ; tries += 1) {
      try {
        const response = await fetch(`${apiUrl}${path}`, {
          method,
          headers: {
            Authorization: `Bearer ${apiKey}`,
            ...(body === undefined ? {} : { "Content-Type": csv ? "text/csv" : "application/json" }),
          },
          body: body === undefined || csv ? body : JSON.stringify(body),
          signal: AbortSignal.timeout(ANSWER_MS),
        });
        const text = await response.text();
        if (response.ok) return text ? JSON.parse(text) : null;
        if (response.status < 500 && response.status !== 429) throw new Refused(method, path, response.status, text);
        if (response.status >= 500) onServerError(method, path, response.status, text);
      } catch (error) {
        if (error instanceof Refused) throw error;
        // Killed, or not yet there again.
      }
      if (tries === MOST_TRIES) throw new Error(`${method} ${path} was not answered in ${tries} tries`);
      await sleep(AGAIN_MS);
    }
  };
}

/** The simulator's control plane, asked again while the simulator is killed and started. */
export function steadyControl(graphUrl) {
  return async (method, path, body) => {
    for (let tries = 1; ; tries += 1) {
      try {
        const response = await fetch(`${graphUrl}/control${path}`, {
          method,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(ANSWER_MS),
        });
        const text = await response.text();
        if (response.ok) return JSON.parse(text);
        if (response.status < 500) throw new Refused(method, `/control${path}`, response.status, text);
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
      if (tries === MOST_TRIES) throw new Error(`the simulator did not answer ${method} ${path}`);
      await sleep(AGAIN_MS);
    }
  };
}
