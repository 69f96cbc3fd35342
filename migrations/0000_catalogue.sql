CREATE TABLE `account` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`provider_id` text NOT NULL,
	`user_id` text NOT NULL,
	`access_token` text,
	`refresh_token` text,
	`id_token` text,
	`access_token_expires_at` integer,
	`refresh_token_expires_at` integer,
	`scope` text,
	`password` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `account_user` ON `account` (`user_id`);--> statement-breakpoint
CREATE TABLE `alerts` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`kind` text NOT NULL,
	`severity` text NOT NULL,
	`subject` text NOT NULL,
	`message` text NOT NULL,
	`created_at` integer NOT NULL,
	`acknowledged_at` integer,
	`acknowledged_by` text
);
--> statement-breakpoint
CREATE INDEX `alerts_tenant` ON `alerts` (`tenant_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `alerts_open` ON `alerts` (`tenant_id`,`kind`,`subject`) WHERE acknowledged_at is null;--> statement-breakpoint
CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`prefix` text NOT NULL,
	`hash` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_hash_unique` ON `api_keys` (`hash`);--> statement-breakpoint
CREATE INDEX `api_keys_tenant` ON `api_keys` (`tenant_id`,`id`);--> statement-breakpoint
CREATE TABLE `attendances` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`phone` text NOT NULL,
	`channel` text NOT NULL,
	`started_at` integer NOT NULL,
	`last_event_at` integer NOT NULL,
	`ended_at` integer
);
--> statement-breakpoint
CREATE INDEX `attendances_tenant` ON `attendances` (`tenant_id`,`id`);--> statement-breakpoint
CREATE INDEX `attendances_phone` ON `attendances` (`tenant_id`,`phone`);--> statement-breakpoint
CREATE INDEX `attendances_open` ON `attendances` (`tenant_id`,`phone`) WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX `attendances_recent` ON `attendances` (`tenant_id`,`last_event_at`);--> statement-breakpoint
CREATE TABLE `audience_members` (
	`tenant_id` text NOT NULL,
	`audience_id` text NOT NULL,
	`contact_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `audience_id`, `contact_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `audiences` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`segment_id` text NOT NULL,
	`name` text NOT NULL,
	`contact_count` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audiences_tenant` ON `audiences` (`tenant_id`,`id`);--> statement-breakpoint
CREATE INDEX `audiences_segment` ON `audiences` (`tenant_id`,`segment_id`);--> statement-breakpoint
CREATE TABLE `audit_log` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`subject` text NOT NULL,
	`detail` text,
	`request_id` text,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_log_tenant` ON `audit_log` (`tenant_id`,`id`);--> statement-breakpoint
CREATE TABLE `campaigns` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`segment_id` text NOT NULL,
	`audience_id` text NOT NULL,
	`filter` text,
	`template_id` text NOT NULL,
	`variables` text NOT NULL,
	`sender` text NOT NULL,
	`start_at` integer,
	`pacing` text,
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
CREATE INDEX `campaigns_tenant` ON `campaigns` (`tenant_id`,`id`);--> statement-breakpoint
CREATE INDEX `campaigns_segment` ON `campaigns` (`tenant_id`,`segment_id`);--> statement-breakpoint
CREATE INDEX `campaigns_active` ON `campaigns` (`status`) WHERE status in ('scheduled','preparing','running','paused');--> statement-breakpoint
CREATE TABLE `consent_events` (
	`tenant_id` text NOT NULL,
	`contact_id` text NOT NULL,
	`id` text NOT NULL,
	`status` text NOT NULL,
	`source` text,
	`reason` text,
	`at` integer NOT NULL,
	`recorded_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `contact_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `contacts` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`phone` text,
	`name` text DEFAULT '' NOT NULL,
	`document` text,
	`customer_code` text,
	`email` text,
	`hashtags` text DEFAULT '[]' NOT NULL,
	`attributes` text DEFAULT '{}' NOT NULL,
	`opt_in_status` text DEFAULT 'unknown' NOT NULL,
	`opt_in_source` text,
	`opt_in_at` integer,
	`opt_out_at` integer,
	`opt_out_reason` text,
	`import_id` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `contacts_phone` ON `contacts` (`tenant_id`,`phone`);--> statement-breakpoint
CREATE INDEX `contacts_tenant` ON `contacts` (`tenant_id`,`id`);--> statement-breakpoint
CREATE INDEX `contacts_opted_out` ON `contacts` (`tenant_id`,`opt_out_at`) WHERE opt_out_at is not null;--> statement-breakpoint
CREATE TABLE `dead_letters` (
	`id` text PRIMARY KEY NOT NULL,
	`queue` text NOT NULL,
	`tenant_id` text,
	`sealed_body` text NOT NULL,
	`attempts` integer NOT NULL,
	`at` integer NOT NULL,
	`retried_at` integer
);
--> statement-breakpoint
CREATE INDEX `dead_letters_queue` ON `dead_letters` (`queue`,`id`);--> statement-breakpoint
CREATE TABLE `exports` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`campaign_id` text NOT NULL,
	`status` text NOT NULL,
	`delimiter` text NOT NULL,
	`file_key` text NOT NULL,
	`cursor` text,
	`rows` integer DEFAULT 0 NOT NULL,
	`bytes` integer DEFAULT 0 NOT NULL,
	`error` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`completed_at` integer
);
--> statement-breakpoint
CREATE INDEX `exports_tenant` ON `exports` (`tenant_id`,`id`);--> statement-breakpoint
CREATE INDEX `exports_campaign` ON `exports` (`tenant_id`,`campaign_id`);--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`tenant_id` text NOT NULL,
	`key` text NOT NULL,
	`request_hash` text NOT NULL,
	`response_status` integer,
	`sealed_response` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `idempotency_keys_age` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
CREATE TABLE `imports` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`audience_id` text NOT NULL,
	`status` text NOT NULL,
	`file_key` text NOT NULL,
	`file_bytes` integer NOT NULL,
	`encoding` text NOT NULL,
	`delimiter` text,
	`mapping` text,
	`cursor` text,
	`total_rows` integer DEFAULT 0 NOT NULL,
	`imported_rows` integer DEFAULT 0 NOT NULL,
	`updated_rows` integer DEFAULT 0 NOT NULL,
	`rejected_rows` integer DEFAULT 0 NOT NULL,
	`warning_rows` integer DEFAULT 0 NOT NULL,
	`rejects_key` text,
	`error` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`completed_at` integer
);
--> statement-breakpoint
CREATE INDEX `imports_tenant` ON `imports` (`tenant_id`,`id`);--> statement-breakpoint
CREATE INDEX `imports_audience` ON `imports` (`tenant_id`,`audience_id`);--> statement-breakpoint
CREATE TABLE `lines` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`segment_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`waba_id` text NOT NULL,
	`phone_number_id` text NOT NULL,
	`portfolio_id` text NOT NULL,
	`sealed_token` text NOT NULL,
	`display_phone_number` text,
	`digits` text,
	`verified_name` text,
	`quality_rating` text DEFAULT 'UNKNOWN' NOT NULL,
	`messaging_limit_tier` text,
	`status` text DEFAULT 'UNKNOWN' NOT NULL,
	`throughput_per_second` integer DEFAULT 80 NOT NULL,
	`synced_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `lines_tenant` ON `lines` (`tenant_id`,`id`);--> statement-breakpoint
CREATE INDEX `lines_segment` ON `lines` (`tenant_id`,`segment_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `lines_phone_number_id` ON `lines` (`phone_number_id`);--> statement-breakpoint
CREATE INDEX `lines_waba` ON `lines` (`waba_id`);--> statement-breakpoint
CREATE INDEX `lines_digits` ON `lines` (`digits`);--> statement-breakpoint
CREATE TABLE `members` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `members_user` ON `members` (`user_id`);--> statement-breakpoint
CREATE TABLE `segments` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `segments_tenant` ON `segments` (`tenant_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `segments_name` ON `segments` (`tenant_id`,`name`);--> statement-breakpoint
CREATE TABLE `send_rollups` (
	`tenant_id` text NOT NULL,
	`campaign_id` text NOT NULL,
	`hour` integer NOT NULL,
	`line_id` text NOT NULL,
	`segment_id` text NOT NULL,
	`template_id` text NOT NULL,
	`sent` integer DEFAULT 0 NOT NULL,
	`delivered` integer DEFAULT 0 NOT NULL,
	`read` integer DEFAULT 0 NOT NULL,
	`failed` integer DEFAULT 0 NOT NULL,
	`replied` integer DEFAULT 0 NOT NULL,
	`idr` integer DEFAULT 0 NOT NULL,
	`operation` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`tenant_id`, `campaign_id`, `hour`, `line_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `send_rollups_hour` ON `send_rollups` (`tenant_id`,`hour`);--> statement-breakpoint
CREATE TABLE `session` (
	`id` text PRIMARY KEY NOT NULL,
	`token` text NOT NULL,
	`user_id` text NOT NULL,
	`expires_at` integer NOT NULL,
	`ip_address` text,
	`user_agent` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `session_token_unique` ON `session` (`token`);--> statement-breakpoint
CREATE INDEX `session_user` ON `session` (`user_id`);--> statement-breakpoint
CREATE TABLE `template_lines` (
	`tenant_id` text NOT NULL,
	`template_id` text NOT NULL,
	`line_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `template_id`, `line_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `templates` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`waba_id` text NOT NULL,
	`meta_id` text NOT NULL,
	`name` text NOT NULL,
	`language` text NOT NULL,
	`category` text NOT NULL,
	`status` text NOT NULL,
	`parameter_format` text NOT NULL,
	`components` text NOT NULL,
	`rejected_reason` text,
	`created_at` integer NOT NULL,
	`synced_at` integer NOT NULL,
	`removed_at` integer
);
--> statement-breakpoint
CREATE INDEX `templates_tenant` ON `templates` (`tenant_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `templates_name` ON `templates` (`tenant_id`,`waba_id`,`name`,`language`);--> statement-breakpoint
CREATE INDEX `templates_meta` ON `templates` (`meta_id`);--> statement-breakpoint
CREATE TABLE `tenants` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`time_zone` text DEFAULT 'America/Sao_Paulo' NOT NULL,
	`locale` text DEFAULT 'pt-BR' NOT NULL,
	`response_protocol` integer DEFAULT true NOT NULL,
	`settings` text DEFAULT '{}' NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `unmatched_events` (
	`tenant_id` text NOT NULL,
	`line_id` text NOT NULL,
	`hour` integer NOT NULL,
	`kind` text NOT NULL,
	`count` integer DEFAULT 0 NOT NULL,
	`last_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `line_id`, `hour`, `kind`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `user` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`email_verified` integer DEFAULT false NOT NULL,
	`image` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_email_unique` ON `user` (`email`);--> statement-breakpoint
CREATE TABLE `verification` (
	`id` text PRIMARY KEY NOT NULL,
	`identifier` text NOT NULL,
	`value` text NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `verification_identifier` ON `verification` (`identifier`);