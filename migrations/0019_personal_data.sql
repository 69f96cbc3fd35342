CREATE TABLE `erased_people` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`tenant_id` text NOT NULL,
	`hash` text NOT NULL,
	`erasure_id` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `erased_people_hash` ON `erased_people` (`tenant_id`,`hash`);--> statement-breakpoint
CREATE INDEX `erased_people_seq` ON `erased_people` (`tenant_id`,`seq`);--> statement-breakpoint
CREATE TABLE `erasures` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`contact_id` text NOT NULL,
	`status` text NOT NULL,
	`reason` text NOT NULL,
	`sealed_person` text,
	`cursor` text NOT NULL,
	`steps` integer DEFAULT 0 NOT NULL,
	`found` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`completed_at` integer,
	`moved_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `erasures_tenant` ON `erasures` (`tenant_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `erasures_contact` ON `erasures` (`tenant_id`,`contact_id`);--> statement-breakpoint
CREATE INDEX `erasures_active` ON `erasures` (`moved_at`) WHERE status in ('queued','running');--> statement-breakpoint
ALTER TABLE `campaigns` ADD `personal_data_removed_at` integer;--> statement-breakpoint
ALTER TABLE `campaigns` ADD `personal_data_cursor` text;--> statement-breakpoint
CREATE INDEX `campaigns_personal_data` ON `campaigns` (`tenant_id`,`completed_at`) WHERE personal_data_removed_at is null;--> statement-breakpoint
ALTER TABLE `imports` ADD `files_removed_at` integer;--> statement-breakpoint
CREATE INDEX `imports_files` ON `imports` (`tenant_id`,`completed_at`) WHERE files_removed_at is null;--> statement-breakpoint
ALTER TABLE `exports` ADD `files_removed_at` integer;--> statement-breakpoint
CREATE INDEX `exports_files` ON `exports` (`tenant_id`,`completed_at`) WHERE files_removed_at is null;