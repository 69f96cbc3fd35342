/** How far a message that left has come; a stored filter names these. */
export const LAST_MESSAGES = ["sent", "delivered", "read", "replied", "failed"] as const;
export type LastMessage = (typeof LAST_MESSAGES)[number];
