/** Runs `refresh` when asked, but never twice within `everyMs`: what is asked in between is done once, at the end. */
export function throttleTrailing(everyMs: number, refresh: () => Promise<void>): { ask: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastAt = 0;
  return {
    ask() {
      if (timer !== undefined) return;
      timer = setTimeout(
        async () => {
          lastAt = Date.now();
          await refresh();
          timer = undefined;
        },
        Math.max(0, lastAt + everyMs - Date.now()),
      );
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
