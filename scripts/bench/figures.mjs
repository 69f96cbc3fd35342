import { loadavg } from "node:os";

/**
 * One line of a table.
 * @param value a number, a word, or null when there is none
 * @param how how it was measured, in a line
 */
export const figure = (name, value, unit, how, digits = 1) => ({
  name,
  value: typeof value === "number" && !Number.isInteger(value) ? Number(value.toFixed(digits)) : value,
  unit,
  how,
});

export const percent = (name, share, how) => figure(name, 100 * share, "%", how);

/** Figures of a busy machine are worth less: so each table says how busy it was. */
export const underLoad = (busy) =>
  figure(
    "machine busy",
    100 * busy,
    "%",
    `of both cores' time, by all that runs here; load ${loadavg()[0].toFixed(1)}`,
    0,
  );

export function print(figures) {
  const shown = figures.map(({ name, value, unit, how }) => [
    name,
    value === null ? "–" : `${value} ${unit}`.trim(),
    how,
  ]);
  const width = (i) => Math.max(...shown.map((row) => row[i].length));
  for (const [name, value, how] of shown) console.log(`${name.padEnd(width(0))}  ${value.padStart(width(1))}   ${how}`);
}
