import type { Disposition } from "#core/meta/error-action.ts";

/** A refused send in a recipient's history: Meta's code, and what became of the message then. */
export interface RefusalNote {
  code: number;
  disposition: Exclude<Disposition, "failed">;
}

const NOTE = /^(-?\d+) (waits|paused|refused)$/;

/** "131026 refused": short and stable, for programs; people read it translated. */
export const writeRefusal = ({ code, disposition }: RefusalNote): string => `${code} ${disposition}`;

/** Null when it is not one that `writeRefusal` wrote. */
export function readRefusal(detail: string): RefusalNote | null {
  const [, code, disposition] = NOTE.exec(detail) ?? [];
  return code !== undefined && (disposition === "waits" || disposition === "paused" || disposition === "refused")
    ? { code: Number(code), disposition }
    : null;
}
