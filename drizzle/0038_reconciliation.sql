CREATE TABLE "break_changes" (
	"break_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"action" text NOT NULL,
	"operation_id" uuid NOT NULL,
	CONSTRAINT "break_changes_break_id_number_pk" PRIMARY KEY("break_id","number"),
	CONSTRAINT "break_action" CHECK ("break_changes"."action" in ('assign', 'comment', 'resolve'))
);
--> statement-breakpoint
CREATE TABLE "break_rules" (
	"rule_id" uuid PRIMARY KEY NOT NULL,
	"break_id" uuid NOT NULL,
	"brand" text NOT NULL,
	"kind" text NOT NULL,
	"system" text,
	"store_id" text,
	"days" integer,
	"amount" bigint,
	"learnt_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ended_break_rules" (
	"rule_id" uuid PRIMARY KEY NOT NULL,
	"operation_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reconciliation_breaks" (
	"break_id" uuid PRIMARY KEY NOT NULL,
	"reconciliation_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"brand" text NOT NULL,
	"kind" text NOT NULL,
	"differences" json NOT NULL,
	"line" integer,
	"there" json,
	"here" json,
	"rule_id" uuid,
	"found_at" timestamp (3) with time zone NOT NULL,
	"digest" uuid NOT NULL,
	"status" text NOT NULL,
	"owner" text,
	"resolution" text,
	"corrected_by" uuid,
	"resolved_by" text,
	"resolved_at" timestamp (3) with time zone,
	"changes" integer NOT NULL,
	CONSTRAINT "break_status" CHECK ("reconciliation_breaks"."status" in ('open', 'explained', 'resolved')),
	CONSTRAINT "break_is_resolved_by_somebody" CHECK (num_nonnulls("reconciliation_breaks"."resolution", "reconciliation_breaks"."resolved_by", "reconciliation_breaks"."resolved_at") = case "reconciliation_breaks"."status" when 'resolved' then 3 else 0 end),
	CONSTRAINT "break_is_corrected_by_something" CHECK (("reconciliation_breaks"."resolution" = 'corrected') is true = ("reconciliation_breaks"."corrected_by" is not null)),
	CONSTRAINT "break_is_explained_by_a_rule" CHECK ("reconciliation_breaks"."status" <> 'explained' or "reconciliation_breaks"."rule_id" is not null)
);
--> statement-breakpoint
CREATE TABLE "reconciliation_parts" (
	"upload_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"content" "bytea" NOT NULL,
	"kept_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "reconciliation_parts_upload_id_ordinal_pk" PRIMARY KEY("upload_id","ordinal")
);
--> statement-breakpoint
CREATE TABLE "reconciliations" (
	"reconciliation_id" uuid PRIMARY KEY NOT NULL,
	"brand" text NOT NULL,
	"system" text NOT NULL,
	"content_hash" text NOT NULL,
	"terms" json NOT NULL,
	"lines" integer NOT NULL,
	"upload_id" uuid NOT NULL,
	"status" text NOT NULL,
	"failure" text,
	"result" json,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "reconciliation_status" CHECK ("reconciliations"."status" in ('waiting', 'done', 'failed')),
	CONSTRAINT "reconciliation_ends_once" CHECK (("reconciliations"."status" = 'waiting') = ("reconciliations"."finished_at" is null)),
	CONSTRAINT "reconciliation_fails_for_a_reason" CHECK (case "reconciliations"."status" when 'failed' then "reconciliations"."failure" is not null when 'done' then "reconciliations"."failure" is null else true end),
	CONSTRAINT "reconciliation_comes_to_something" CHECK (("reconciliations"."status" = 'done') = ("reconciliations"."result" is not null))
);
--> statement-breakpoint
CREATE INDEX "break_rules_of_brand" ON "break_rules" USING btree ("brand","rule_id");--> statement-breakpoint
CREATE INDEX "breaks_in_order" ON "reconciliation_breaks" USING btree ("reconciliation_id","ordinal");--> statement-breakpoint
CREATE INDEX "reconciliations_of_brand" ON "reconciliations" USING btree ("brand","reconciliation_id");--> statement-breakpoint
CREATE INDEX "reconciliations_waiting" ON "reconciliations" USING btree ("reconciliation_id") WHERE "reconciliations"."status" = 'waiting';--> statement-breakpoint
CREATE INDEX "reconciliations_by_upload" ON "reconciliations" USING btree ("upload_id");