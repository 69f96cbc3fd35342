-- The release before goes on counting in `wakes` beside this one; the column goes with the release after it.
ALTER TABLE `imports` ADD `recovery_attempts` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE `imports` SET `recovery_attempts` = `wakes`;--> statement-breakpoint
DROP INDEX `imports_moving`;--> statement-breakpoint
DROP INDEX `exports_moving`;--> statement-breakpoint
CREATE INDEX `imports_active` ON `imports` (`moved_at`) WHERE status in ('queued','running');--> statement-breakpoint
CREATE INDEX `exports_active` ON `exports` (`moved_at`) WHERE status in ('queued','running');
