CREATE TABLE `contact_strikes` (
	`tenant_id` text NOT NULL,
	`contact_id` text NOT NULL,
	`campaign_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `contact_id`, `campaign_id`)
);
