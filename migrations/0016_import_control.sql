CREATE TABLE `import_mappings` (
	`tenant_id` text NOT NULL,
	`header` text NOT NULL,
	`mapping` text NOT NULL,
	`used_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `header`)
);
--> statement-breakpoint
ALTER TABLE `audience_members` ADD `import_id` text;--> statement-breakpoint
ALTER TABLE `contacts` ADD `legal_basis` text;--> statement-breakpoint
ALTER TABLE `imports` ADD `pass` text DEFAULT 'write' NOT NULL;--> statement-breakpoint
ALTER TABLE `imports` ADD `check_figures` text;--> statement-breakpoint
ALTER TABLE `imports` ADD `mode` text DEFAULT 'add' NOT NULL;--> statement-breakpoint
ALTER TABLE `imports` ADD `only_this_segment` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `imports` ADD `clear_marks` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `imports` ADD `legal_basis` text;--> statement-breakpoint
ALTER TABLE `imports` ADD `legal_basis_reason` text;--> statement-breakpoint
ALTER TABLE `imports` ADD `removed_contacts` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `imports` ADD `moved_contacts` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `imports_unused` ON `imports` (`moved_at`) WHERE pass in ('check','trial') and status in ('checked','cancelled');