CREATE TABLE "orders" (
	"bucket" smallint NOT NULL,
	"order_id" uuid NOT NULL,
	"order_number" text NOT NULL,
	"brand" text NOT NULL,
	"channel" text NOT NULL,
	"member_id" uuid,
	"profile_id" uuid,
	"awaits" uuid,
	"pickup_brand" text NOT NULL,
	"pickup_store_id" text NOT NULL,
	"lines" json NOT NULL,
	"total" bigint NOT NULL,
	"held" bigint NOT NULL,
	"hold_id" uuid,
	"status" text NOT NULL,
	"storage_days" integer,
	"placed_at" timestamp (3) with time zone NOT NULL,
	"ready_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"code_hash" uuid NOT NULL,
	"code_used_by" uuid,
	"code_tries" integer NOT NULL,
	"code_blocked_until" timestamp (3) with time zone,
	"version" integer NOT NULL,
	"visits" integer NOT NULL,
	CONSTRAINT "orders_bucket_order_id_pk" PRIMARY KEY("bucket","order_id"),
	CONSTRAINT "order_status" CHECK ("orders"."status" in ('placed', 'ready', 'collected', 'cancelled', 'expired')),
	CONSTRAINT "order_ends_once" CHECK (("orders"."status" in ('placed', 'ready')) = ("orders"."ended_at" is null)),
	CONSTRAINT "order_amounts" CHECK ("orders"."held" between 0 and "orders"."total"),
	CONSTRAINT "order_holds_for_a_member" CHECK ("orders"."hold_id" is null or "orders"."member_id" is not null),
	CONSTRAINT "order_waits_for_a_member" CHECK ("orders"."awaits" is null or "orders"."member_id" is null)
);
--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "profile_id" uuid;--> statement-breakpoint
ALTER TABLE "holds" ADD COLUMN "order_id" uuid;--> statement-breakpoint
ALTER TABLE "holds" ADD COLUMN "moves" json NOT NULL DEFAULT '[]';--> statement-breakpoint
ALTER TABLE "holds" ALTER COLUMN "moves" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "purchases" ADD COLUMN "store_zone" text;--> statement-breakpoint
UPDATE "purchases" p SET "store_zone" = s."time_zone" FROM "stores" s WHERE s."store_id" = p."store_id";--> statement-breakpoint
ALTER TABLE "purchases" ALTER COLUMN "store_zone" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "purchases" ADD COLUMN "order_id" uuid;--> statement-breakpoint
CREATE INDEX "orders_of_store" ON "orders" USING btree ("pickup_store_id","status","order_id");--> statement-breakpoint
CREATE INDEX "orders_of_member" ON "orders" USING btree ("member_id","order_id") WHERE "orders"."status" in ('placed', 'ready');--> statement-breakpoint
CREATE INDEX "orders_expiring" ON "orders" USING btree ("expires_at","order_id") WHERE "orders"."status" in ('placed', 'ready');