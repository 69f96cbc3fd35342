/**
 * Does `work` every `everyMs` while somebody looks at the page; what came due meanwhile is done when they look again.
 * Never twice at once, however long it takes. Returns what ends it.
 */
export function poll(everyMs: number, work: () => unknown): () => void {
  let working = false;
  let due = false;
  const run = async () => {
    due = document.hidden;
    if (due || working) return;
    working = true;
    try {
      await work();
    } finally {
      working = false;
    }
  };
  const look = () => {
    if (due) void run();
  };
  const timer = setInterval(run, everyMs);
  document.addEventListener("visibilitychange", look);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
  };
}
