DROP INDEX `contacts_tenant`;--> statement-breakpoint
ALTER TABLE `contacts` ADD `folding_1` text GENERATED ALWAYS AS (case when name glob '*[^ -~]*' then replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(name,char(768),''),char(769),''),char(770),''),char(771),''),char(776),''),char(778),''),char(807),''),'À','a'),'Á','a'),'Â','a'),'Ã','a'),'Ä','a'),'Å','a'),'Ç','c'),'È','e'),'É','e'),'Ê','e'),'Ë','e'),'Ì','i'),'Í','i') else name end) VIRTUAL;--> statement-breakpoint
ALTER TABLE `contacts` ADD `folding_2` text GENERATED ALWAYS AS (case when folding_1 glob '*[^ -~]*' then replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(folding_1,'Î','i'),'Ï','i'),'Ñ','n'),'Ò','o'),'Ó','o'),'Ô','o'),'Õ','o'),'Ö','o'),'Ù','u'),'Ú','u'),'Û','u'),'Ü','u'),'Ý','y'),'à','a'),'á','a'),'â','a'),'ã','a'),'ä','a'),'å','a'),'ç','c') else folding_1 end) VIRTUAL;--> statement-breakpoint
ALTER TABLE `contacts` ADD `search` text GENERATED ALWAYS AS (lower(case when folding_2 glob '*[^ -~]*' then replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(folding_2,'è','e'),'é','e'),'ê','e'),'ë','e'),'ì','i'),'í','i'),'î','i'),'ï','i'),'ñ','n'),'ò','o'),'ó','o'),'ô','o'),'õ','o'),'ö','o'),'ù','u'),'ú','u'),'û','u'),'ü','u'),'ý','y'),'ÿ','y') else folding_2 end || char(9) || coalesce(phone, '') || char(9) || coalesce(document, '') || char(9) || coalesce(customer_code, '') || char(9) || coalesce(email, ''))) VIRTUAL;--> statement-breakpoint
CREATE INDEX `contacts_search` ON `contacts` (`tenant_id`,`id`,`search`);--> statement-breakpoint
CREATE INDEX `contacts_document` ON `contacts` (`tenant_id`,`document`) WHERE document is not null;--> statement-breakpoint
CREATE INDEX `contacts_code` ON `contacts` (`tenant_id`,`customer_code`) WHERE customer_code is not null;--> statement-breakpoint
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