CREATE TABLE "erasures" (
	"bucket" smallint NOT NULL,
	"erasure_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"status" text NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"ended_by" uuid,
	"identifiers" integer,
	CONSTRAINT "erasures_bucket_erasure_id_pk" PRIMARY KEY("bucket","erasure_id"),
	CONSTRAINT "erasure_status" CHECK ("erasures"."status" in ('pending', 'cancelled', 'erased')),
	CONSTRAINT "erasure_ended" CHECK (num_nonnulls("erasures"."ended_at", "erasures"."ended_by") = case when "erasures"."status" = 'pending' then 0 else 2 end),
	CONSTRAINT "erasure_counts" CHECK (("erasures"."status" = 'erased') = ("erasures"."identifiers" is not null))
);
--> statement-breakpoint
ALTER TABLE "wallets" ADD COLUMN "erasure" text;--> statement-breakpoint
CREATE INDEX "erasures_of_member" ON "erasures" USING btree ("member_id");--> statement-breakpoint
CREATE UNIQUE INDEX "erasures_pending" ON "erasures" USING btree ("member_id") WHERE "erasures"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "erasures_due" ON "erasures" USING btree ("due_at","erasure_id") WHERE "erasures"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "operations_by_subject" ON "operations" USING btree ("subject_hash") WHERE "operations"."subject_hash" is not null;--> statement-breakpoint
CREATE INDEX "wallets_erased" ON "wallets" USING btree ("member_id") WHERE "wallets"."erasure" = 'erased';--> statement-breakpoint
CREATE INDEX "orders_awaiting" ON "orders" USING btree ("awaits") WHERE "orders"."awaits" is not null;--> statement-breakpoint
ALTER TABLE "wallets" ADD CONSTRAINT "wallet_erasure" CHECK ("wallets"."erasure" is null or ("wallets"."erasure" in ('pending', 'erased') and "wallets"."survivor_id" is null));