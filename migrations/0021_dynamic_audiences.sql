ALTER TABLE `audiences` ADD `kind` text DEFAULT 'fixed' NOT NULL;--> statement-breakpoint
ALTER TABLE `audiences` ADD `filter` text;