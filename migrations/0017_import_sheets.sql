ALTER TABLE `imports` ADD `sheet` text;--> statement-breakpoint
ALTER TABLE `imports` ADD `sheets` text;