ALTER TABLE `exports` ADD `moved_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `exports` ADD `attempts` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `exports_moving` ON `exports` (`moved_at`) WHERE status in ('queued','running');