ALTER TABLE `blocks` ADD `keys` text GENERATED ALWAYS AS (coalesce(phone, '') || char(9) || coalesce(document, '') || char(9) || coalesce(user_id, '') || char(9) || coalesce(segment_id, '')) VIRTUAL;--> statement-breakpoint
CREATE INDEX `blocks_keys` ON `blocks` (`tenant_id`,`keys`);--> statement-breakpoint
ALTER TABLE `consent_events` ADD `channel` text;--> statement-breakpoint
ALTER TABLE `consent_events` ADD `wording` text;