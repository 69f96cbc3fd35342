/** Items that have a key in common, in the order of their first; a group is never empty. */
export function groupsOf<T>(items: T[], key: (item: T) => string): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const found = groups.get(key(item));
    if (found) found.push(item);
    else groups.set(key(item), [item]);
  }
  return [...groups.values()];
}

/** Whole batches of `size` from each group in turn, then what is left of each: no group waits for all of another. */
export function inTurns<T>(groups: T[][], size: number): T[] {
  const whole = Math.max(0, ...groups.map((group) => Math.floor(group.length / size)));
  const turns = Array.from({ length: whole }, (_, i) =>
    groups.flatMap((group) => (group.length >= (i + 1) * size ? group.slice(i * size, (i + 1) * size) : [])),
  );
  return [...turns.flat(), ...groups.flatMap((group) => group.slice(group.length - (group.length % size)))];
}
