ALTER TABLE `contacts` ADD `consent_id` text;--> statement-breakpoint
ALTER TABLE `imports` ADD `moved_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `imports` ADD `wakes` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `imports_moving` ON `imports` (`moved_at`) WHERE status in ('queued','running');