/**
 * One line of the log, as an object so that its fields can be searched. The message of an error may quote data of
 * people, so only its kind and place are kept; fields are ids and counts, never names, numbers or message ids.
 */
export function logFailure(
  event: string,
  error: unknown,
  fields: Record<string, string | number | undefined> = {},
): void {
  const kind = error instanceof Error ? error.name : "unknown";
  const at =
    error instanceof Error
      ? error.stack
          ?.split("\n")
          .find((line) => /^\s+at /.test(line))
          ?.trim()
      : undefined;
  console.warn({ event, ...fields, error: kind, at });
}
