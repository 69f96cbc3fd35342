export type JobStatus = "queued" | "running" | "completed" | "failed";
