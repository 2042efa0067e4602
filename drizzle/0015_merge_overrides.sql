CREATE TABLE "merge_overrides" (
	"bucket" smallint NOT NULL,
	"override_id" uuid NOT NULL,
	"one_id" uuid NOT NULL,
	"other_id" uuid NOT NULL,
	"blocker" text NOT NULL,
	"reason" text NOT NULL,
	"staff_id" text NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"approved_by" uuid,
	"approved_at" timestamp (3) with time zone,
	CONSTRAINT "merge_overrides_bucket_override_id_pk" PRIMARY KEY("bucket","override_id"),
	CONSTRAINT "merge_override_blocker" CHECK ("merge_overrides"."blocker" in ('birth_dates_differ')),
	CONSTRAINT "merge_override_of_two" CHECK ("merge_overrides"."one_id" < "merge_overrides"."other_id"),
	CONSTRAINT "merge_override_approved" CHECK (("merge_overrides"."approved_by" is null) = ("merge_overrides"."approved_at" is null))
);
--> statement-breakpoint
CREATE INDEX "merge_overrides_waiting" ON "merge_overrides" USING btree ("override_id") WHERE "merge_overrides"."approved_by" is null;