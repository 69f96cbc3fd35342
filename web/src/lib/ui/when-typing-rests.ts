const TYPING_PAUSE_MS = 250;

/** Calls back once typing rests. */
export function whenTypingRests(callback: (text: string) => void): (text: string) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => callback(text), TYPING_PAUSE_MS);
  };
}
