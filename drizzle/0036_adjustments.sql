CREATE TABLE "adjustments" (
	"bucket" smallint NOT NULL,
	"adjustment_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"profile_id" uuid,
	"brand" text NOT NULL,
	"direction" text NOT NULL,
	"amount" bigint NOT NULL,
	"reason" text NOT NULL,
	"category" text NOT NULL,
	"incident" text,
	"comment" text NOT NULL,
	"reverses" uuid,
	"staff_id" text NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"applied_by" uuid,
	"applied_to" uuid,
	"applied_at" timestamp (3) with time zone,
	"parts" json NOT NULL,
	"debt" bigint NOT NULL,
	"rejected_by" uuid,
	"reversed_by" uuid,
	CONSTRAINT "adjustments_bucket_adjustment_id_pk" PRIMARY KEY("bucket","adjustment_id"),
	CONSTRAINT "adjustment_direction" CHECK ("adjustments"."direction" in ('credit', 'debit')),
	CONSTRAINT "adjustment_moves_something" CHECK ("adjustments"."amount" > 0 and "adjustments"."debt" between 0 and "adjustments"."amount"),
	CONSTRAINT "adjustment_applied_whole" CHECK (num_nulls("adjustments"."applied_by", "adjustments"."applied_to", "adjustments"."applied_at") in (0, 3)),
	CONSTRAINT "adjustment_ends_once" CHECK ("adjustments"."applied_by" is null or "adjustments"."rejected_by" is null),
	CONSTRAINT "adjustment_reversed_when_applied" CHECK ("adjustments"."reversed_by" is null or "adjustments"."applied_by" is not null)
);
--> statement-breakpoint
CREATE TABLE "staff" (
	"staff_id" text PRIMARY KEY NOT NULL,
	"member_id" uuid,
	"adjusted_on" date,
	"adjusted_count" integer NOT NULL,
	"adjusted_amount" bigint NOT NULL,
	CONSTRAINT "staff_adjusted" CHECK ("staff"."adjusted_count" >= 0 and "staff"."adjusted_amount" >= 0)
);
--> statement-breakpoint
CREATE INDEX "adjustments_in_order" ON "adjustments" USING btree ("adjustment_id");--> statement-breakpoint
CREATE INDEX "adjustments_waiting" ON "adjustments" USING btree ("adjustment_id") WHERE "adjustments"."applied_by" is null and "adjustments"."rejected_by" is null;--> statement-breakpoint
CREATE INDEX "adjustments_of_member" ON "adjustments" USING btree ("member_id","adjustment_id");--> statement-breakpoint
CREATE INDEX "adjustments_of_incident" ON "adjustments" USING btree ("incident","adjustment_id") WHERE "adjustments"."incident" is not null;--> statement-breakpoint
CREATE INDEX "adjustments_applied" ON "adjustments" USING btree ("applied_by") WHERE "adjustments"."applied_by" is not null;