ALTER TABLE `dead_letters` ADD `discarded_at` integer;--> statement-breakpoint
CREATE INDEX `dead_letters_tenant` ON `dead_letters` (`tenant_id`,`id`);--> statement-breakpoint
CREATE INDEX `unmatched_events_hour` ON `unmatched_events` (`tenant_id`,`hour`,`line_id`,`kind`);