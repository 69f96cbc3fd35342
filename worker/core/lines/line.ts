export type LineKind = "prospect" | "receptive";
