import type { Fate } from "#core/meta/error-action.ts";

/** A refused send in a recipient's history: Meta's code, and what became of the message then. */
export interface RefusalNote {
  code: number;
  fate: Exclude<Fate, "failed">;
}

const NOTE = /^(-?\d+) (waits|paused|refused)$/;

/** "131026 refused": short and stable, for programs; people read it translated. */
export const writeRefusal = ({ code, fate }: RefusalNote): string => `${code} ${fate}`;

/** Null when it is not one that `writeRefusal` wrote. */
export function readRefusal(detail: string): RefusalNote | null {
  const [, code, fate] = NOTE.exec(detail) ?? [];
  return code !== undefined && (fate === "waits" || fate === "paused" || fate === "refused")
    ? { code: Number(code), fate }
    : null;
}
