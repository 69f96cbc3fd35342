export type QualityRating = "GREEN" | "YELLOW" | "RED" | "UNKNOWN";
