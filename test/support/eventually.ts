import { vi } from "vitest";

/** Milliseconds: a little less than the runner gives a test, so that a failure says what was missing. */
const TIMEOUT_MS = 55_000;

/**
 * Looks until it holds, for what comes by an alarm or a queue: nobody hands those to a test to await. It has no limit of
 * its own, since how long a working system takes is a matter of the machine.
 */
export const eventually = <T>(look: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(look, { timeout: TIMEOUT_MS, interval: 20 });
