PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_campaigns` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`segment_id` text,
	`audience_id` text,
	`filter` text,
	`template_id` text,
	`variables` text NOT NULL,
	`sender` text NOT NULL,
	`start_at` integer,
	`pacing` text,
	`sending_window` text,
	`in_service` text NOT NULL,
	`status` text DEFAULT 'draft' NOT NULL,
	`status_reason` text,
	`counts` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`launched_at` integer,
	`completed_at` integer
);
--> statement-breakpoint
INSERT INTO `__new_campaigns`("id", "tenant_id", "name", "segment_id", "audience_id", "filter", "template_id", "variables", "sender", "start_at", "pacing", "sending_window", "in_service", "status", "status_reason", "counts", "created_by", "created_at", "updated_at", "launched_at", "completed_at") SELECT "id", "tenant_id", "name", "segment_id", "audience_id", "filter", "template_id", "variables", "sender", "start_at", "pacing", "sending_window", "in_service", "status", "status_reason", "counts", "created_by", "created_at", "updated_at", "launched_at", "completed_at" FROM `campaigns`;--> statement-breakpoint
DROP TABLE `campaigns`;--> statement-breakpoint
ALTER TABLE `__new_campaigns` RENAME TO `campaigns`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `campaigns_tenant` ON `campaigns` (`tenant_id`,`id`);--> statement-breakpoint
CREATE INDEX `campaigns_segment` ON `campaigns` (`tenant_id`,`segment_id`);--> statement-breakpoint
CREATE INDEX `campaigns_active` ON `campaigns` (`status`) WHERE status in ('scheduled','preparing','running','paused');