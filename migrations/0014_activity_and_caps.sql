CREATE TABLE `contact_sends` (
	`tenant_id` text NOT NULL,
	`contact_id` text NOT NULL,
	`campaign_id` text NOT NULL,
	`category` text NOT NULL,
	`line_id` text,
	`sent_at` integer,
	`delivered_at` integer,
	`read_at` integer,
	`replied_at` integer,
	`failed_at` integer,
	`counted_at` integer,
	`as_of` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `contact_id`, `campaign_id`)
) WITHOUT ROWID;
