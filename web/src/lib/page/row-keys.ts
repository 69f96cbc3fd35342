import type { Attachment } from "svelte/attachments";

const CONTROLS = "a[href], button:not(:disabled)";
const controlsOf = (row: Element) => [...row.querySelectorAll<HTMLElement>(CONTROLS)];

/** Arrow up and down, Home and End go from a row to the same button or link of another. */
export const rowKeys: Attachment<HTMLElement> = (body) => {
  const go = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !(event.target instanceof Element)) return;
    const own = event.target.closest("tr");
    const control = event.target.closest<HTMLElement>(CONTROLS);
    if (!own || !control) return;
    const rows = [...body.children].filter((row) => row === own || controlsOf(row).length > 0);
    const at = rows.indexOf(own);
    const row = { ArrowUp: rows[at - 1], ArrowDown: rows[at + 1], Home: rows[0], End: rows.at(-1) }[event.key];
    if (!row) return;
    const controls = controlsOf(row);
    event.preventDefault();
    (controls[controlsOf(own).indexOf(control)] ?? controls[0])?.focus();
  };
  body.addEventListener("keydown", go);
  return () => body.removeEventListener("keydown", go);
};
