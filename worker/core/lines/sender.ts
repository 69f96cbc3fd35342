export type Sender = { mode: "prospect" } | { mode: "line"; lineId: string };

/** While a campaign is a draft its line may not have been chosen yet. */
export type DraftSender = Sender | { mode: "line"; lineId: null };
