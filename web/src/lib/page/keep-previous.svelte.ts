/**
 * What a load gave, whether at once (first page, rendered on the server) or later (navigation in the browser).
 * While the next value is on its way the last one stays, so that typing in a filter does not blank the list.
 */
export function keepPrevious<T>(source: () => T | Promise<T>): {
  readonly value: T | undefined;
  readonly pending: boolean;
} {
  const first = source();
  let value = $state.raw<T | undefined>(first instanceof Promise ? undefined : first);
  let pending = $state(first instanceof Promise);

  $effect(() => {
    const next = source();
    if (!(next instanceof Promise)) {
      value = next;
      pending = false;
      return;
    }
    let superseded = false;
    pending = true;
    next.then((arrived) => {
      if (superseded) return;
      value = arrived;
      pending = false;
    });
    return () => {
      superseded = true;
    };
  });

  return {
    get value() {
      return value;
    },
    get pending() {
      return pending;
    },
  };
}
