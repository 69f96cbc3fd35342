PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_consent_events` (
	`tenant_id` text NOT NULL,
	`contact_id` text NOT NULL,
	`id` text NOT NULL,
	`status` text NOT NULL,
	`source` text,
	`reason` text,
	`at` integer,
	`recorded_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `contact_id`, `id`)
);
--> statement-breakpoint
INSERT INTO `__new_consent_events`("tenant_id", "contact_id", "id", "status", "source", "reason", "at", "recorded_at") SELECT "tenant_id", "contact_id", "id", "status", "source", "reason", "at", "recorded_at" FROM `consent_events`;--> statement-breakpoint
DROP TABLE `consent_events`;--> statement-breakpoint
ALTER TABLE `__new_consent_events` RENAME TO `consent_events`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
ALTER TABLE `contacts` ADD `last_no_at` integer;--> statement-breakpoint
ALTER TABLE `imports` ADD `other_channel_rows` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
-- Until now an import gave a consent without a readable date the instant of the import. That is nobody's date, and no real one is newer: it goes.
UPDATE `contacts` SET `opt_in_at` = NULL WHERE `opt_in_status` = 'granted' AND `consent_id` LIKE 'imp%' AND EXISTS (SELECT 1 FROM `consent_events` AS e WHERE e.`tenant_id` = `contacts`.`tenant_id` AND e.`contact_id` = `contacts`.`id` AND e.`id` = `contacts`.`consent_id` AND e.`at` = e.`recorded_at`);
--> statement-breakpoint
UPDATE `consent_events` SET `at` = NULL WHERE `status` = 'granted' AND `id` LIKE 'imp%' AND `at` = `recorded_at`;
