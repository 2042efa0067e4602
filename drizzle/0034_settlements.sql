CREATE TABLE "settlement_lines" (
	"bucket" smallint NOT NULL,
	"settlement_id" uuid NOT NULL,
	"place" integer NOT NULL,
	"debtor" text NOT NULL,
	"creditor" text NOT NULL,
	"section" text NOT NULL,
	"kind" text NOT NULL,
	"price" text NOT NULL,
	"vat_rate" text NOT NULL,
	"original_day" date,
	"original_id" uuid,
	"bonuses" bigint NOT NULL,
	"total" bigint NOT NULL,
	"vat" bigint NOT NULL,
	CONSTRAINT "settlement_lines_bucket_settlement_id_place_pk" PRIMARY KEY("bucket","settlement_id","place"),
	CONSTRAINT "settlement_line_section" CHECK ("settlement_lines"."section" in ('spent', 'returned', 'debts', 'credit_note')),
	CONSTRAINT "settlement_line_names_its_original" CHECK (("settlement_lines"."section" = 'credit_note') = ("settlement_lines"."original_day" is not null) and ("settlement_lines"."original_id" is null or "settlement_lines"."original_day" is not null))
);
--> statement-breakpoint
CREATE TABLE "settlements" (
	"bucket" smallint NOT NULL,
	"settlement_id" uuid NOT NULL,
	"operation_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"one" text NOT NULL,
	"other" text NOT NULL,
	"from_month" text NOT NULL,
	"to_month" text NOT NULL,
	"one_owes" bigint NOT NULL,
	"other_owes" bigint NOT NULL,
	"lines" integer NOT NULL,
	"status" text NOT NULL,
	"one_agreed_by" uuid,
	"one_staff_id" text,
	"other_agreed_by" uuid,
	"other_staff_id" text,
	"paid_by" uuid,
	"dropped_by" uuid,
	CONSTRAINT "settlements_bucket_settlement_id_pk" PRIMARY KEY("bucket","settlement_id"),
	CONSTRAINT "settlement_status" CHECK ("settlements"."status" in ('draft', 'agreed', 'paid', 'dropped')),
	CONSTRAINT "settlement_parties_in_order" CHECK ("settlements"."one" collate "C" < "settlements"."other" collate "C"),
	CONSTRAINT "settlement_months_in_order" CHECK ("settlements"."from_month" <= "settlements"."to_month"),
	CONSTRAINT "settlement_agreed_by_two" CHECK (("settlements"."status" in ('agreed', 'paid')) = ("settlements"."one_agreed_by" is not null and "settlements"."other_agreed_by" is not null) and "settlements"."one_staff_id" <> "settlements"."other_staff_id"),
	CONSTRAINT "settlement_ends_once" CHECK (("settlements"."status" = 'paid') = ("settlements"."paid_by" is not null) and ("settlements"."status" = 'dropped') = ("settlements"."dropped_by" is not null))
);
--> statement-breakpoint
CREATE TABLE "brand_names" (
	"brand" text NOT NULL,
	"operation_id" uuid NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"name" text NOT NULL,
	"legal_entity" text NOT NULL,
	CONSTRAINT "brand_names_brand_operation_id_pk" PRIMARY KEY("brand","operation_id")
);
--> statement-breakpoint
ALTER TABLE "books" ADD COLUMN "settled_before" date;--> statement-breakpoint
CREATE UNIQUE INDEX "settlements_by_number" ON "settlements" USING btree ("number");--> statement-breakpoint
CREATE UNIQUE INDEX "settlements_live_once" ON "settlements" USING btree ("one","other","from_month") WHERE "settlements"."status" <> 'dropped';