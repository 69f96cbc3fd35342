CREATE TABLE `blocks` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`phone` text,
	`document` text,
	`user_id` text,
	`user_phone` text,
	`segment_id` text,
	`reason` text NOT NULL,
	`contract` text,
	`until` integer,
	`created_at` integer NOT NULL,
	`covers_since` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `blocks_tenant` ON `blocks` (`tenant_id`,`id`);--> statement-breakpoint
CREATE INDEX `blocks_phone` ON `blocks` (`tenant_id`,`phone`) WHERE phone is not null;--> statement-breakpoint
CREATE INDEX `blocks_document` ON `blocks` (`tenant_id`,`document`) WHERE document is not null;--> statement-breakpoint
CREATE INDEX `blocks_user` ON `blocks` (`tenant_id`,`user_id`) WHERE user_id is not null;--> statement-breakpoint
CREATE INDEX `blocks_user_phone` ON `blocks` (`tenant_id`,`user_phone`) WHERE user_phone is not null;--> statement-breakpoint
CREATE INDEX `blocks_segment` ON `blocks` (`tenant_id`,`segment_id`,`id`) WHERE segment_id is not null;--> statement-breakpoint
CREATE INDEX `blocks_since` ON `blocks` (`tenant_id`,`covers_since`,`id`);--> statement-breakpoint
ALTER TABLE `contacts` ADD `user_id` text;--> statement-breakpoint
CREATE INDEX `contacts_user_id` ON `contacts` (`tenant_id`,`user_id`) WHERE user_id is not null;