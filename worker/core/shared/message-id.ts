const PREFIX = /^wamid\./i;

/** Whether a message's id holds one of these numbers (digits alone): behind `wamid.` it is base64 of whose chat it is. */
export function namesNumber(messageId: string, numbers: readonly string[]): boolean {
  const text = decoded(messageId.replace(PREFIX, ""));
  return numbers.some((digits) => text.includes(digits) || messageId.includes(digits));
}

function decoded(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return "";
  }
}
