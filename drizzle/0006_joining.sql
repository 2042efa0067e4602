CREATE TABLE "cannot_links" (
	"one_id" uuid NOT NULL,
	"other_id" uuid NOT NULL,
	"operation_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "cannot_links_one_id_other_id_pk" PRIMARY KEY("one_id","other_id")
);
--> statement-breakpoint
CREATE TABLE "merges" (
	"bucket" smallint NOT NULL,
	"merge_id" uuid NOT NULL,
	"survivor_id" uuid NOT NULL,
	"absorbed_id" uuid NOT NULL,
	"status" text NOT NULL,
	"reason" text NOT NULL,
	"rule" text NOT NULL,
	"merged_at" timestamp (3) with time zone NOT NULL,
	"undone_at" timestamp (3) with time zone,
	"undone_by" uuid,
	CONSTRAINT "merges_bucket_merge_id_pk" PRIMARY KEY("bucket","merge_id"),
	CONSTRAINT "merge_status" CHECK ("merges"."status" in ('merged', 'undone')),
	CONSTRAINT "merge_undone" CHECK (("merges"."status" = 'undone') = ("merges"."undone_at" is not null)),
	CONSTRAINT "merge_of_two" CHECK ("merges"."survivor_id" <> "merges"."absorbed_id")
);
--> statement-breakpoint
CREATE TABLE "profile_links" (
	"bucket" smallint NOT NULL,
	"profile_id" uuid NOT NULL,
	"operation_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"home_id" uuid NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "profile_links_bucket_profile_id_operation_id_pk" PRIMARY KEY("bucket","profile_id","operation_id")
);
--> statement-breakpoint
ALTER TABLE "holds" DROP CONSTRAINT "hold_state";--> statement-breakpoint
DROP INDEX "holds_open";--> statement-breakpoint
DROP INDEX "profiles_of_member";--> statement-breakpoint
ALTER TABLE "holds" DROP CONSTRAINT "holds_bucket_hold_id_pk";--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_bucket_hold_id_member_id_pk" PRIMARY KEY("bucket","hold_id","member_id");--> statement-breakpoint
ALTER TABLE "wallets" ADD COLUMN "survivor_id" uuid;--> statement-breakpoint
ALTER TABLE "wallets" ADD COLUMN "parted" json;--> statement-breakpoint
-- Nobody has been joined or parted yet: whoever a profile leads to is its home.
ALTER TABLE "profiles" ADD COLUMN "home_id" uuid;--> statement-breakpoint
UPDATE "profiles" SET "home_id" = "member_id";--> statement-breakpoint
ALTER TABLE "profiles" ALTER COLUMN "home_id" SET NOT NULL;--> statement-breakpoint
INSERT INTO "profile_links" ("bucket", "profile_id", "operation_id", "member_id", "home_id", "since")
  SELECT "bucket", "profile_id", "profile_id", "member_id", "member_id", "created_at" FROM "profiles";--> statement-breakpoint
ALTER TABLE "purchases" ADD COLUMN "profile_id" uuid;--> statement-breakpoint
UPDATE "purchases" p SET "profile_id" = o."profile_id" FROM "operations" o
  WHERE o."bucket" = p."bucket" AND o."operation_id" = p."purchase_id" AND o."profile_id" IS NOT NULL;--> statement-breakpoint
-- A receipt that was claimed goes with the profile that brought its card: its lot names it.
UPDATE "purchases" p SET "profile_id" = l."profile_id" FROM "lots" l
  WHERE l."lot_id" = p."lot_id" AND l."member_id" = p."member_id" AND p."profile_id" IS NULL AND l."profile_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "cannot_links_other" ON "cannot_links" USING btree ("other_id");--> statement-breakpoint
CREATE INDEX "merges_of_absorbed" ON "merges" USING btree ("absorbed_id");--> statement-breakpoint
CREATE INDEX "merges_of_survivor" ON "merges" USING btree ("survivor_id");--> statement-breakpoint
CREATE INDEX "holds_of_member" ON "holds" USING btree ("bucket","member_id","status");--> statement-breakpoint
CREATE INDEX "wallets_absorbed" ON "wallets" USING btree ("survivor_id") WHERE "wallets"."survivor_id" is not null;--> statement-breakpoint
CREATE INDEX "profiles_of_member" ON "profiles" USING btree ("member_id");--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "hold_state" CHECK (("holds"."status" = 'open') = ("holds"."ended_at" is null) and "holds"."status" in ('open', 'captured', 'released', 'expired', 'moved'));--> statement-breakpoint
ALTER TABLE "wallets" ADD CONSTRAINT "absorbed_wallet_is_empty" CHECK ("wallets"."survivor_id" is null or ("wallets"."pending" = 0 and "wallets"."available" = 0 and "wallets"."held" = 0 and "wallets"."debt" = 0));