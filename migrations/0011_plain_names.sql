ALTER TABLE `imports` RENAME COLUMN `wakes` TO `recovery_attempts`;--> statement-breakpoint
DROP INDEX `imports_moving`;--> statement-breakpoint
DROP INDEX `exports_moving`;--> statement-breakpoint
CREATE INDEX `imports_active` ON `imports` (`moved_at`) WHERE status in ('queued','running');--> statement-breakpoint
CREATE INDEX `exports_active` ON `exports` (`moved_at`) WHERE status in ('queued','running');