CREATE TABLE "followers" (
	"name" text PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "turnovers" (
	"entity" text NOT NULL,
	"day" date NOT NULL,
	"account" text NOT NULL,
	"event" text NOT NULL,
	"kind" text NOT NULL,
	"store_id" text NOT NULL,
	"debit" bigint NOT NULL,
	"credit" bigint NOT NULL,
	CONSTRAINT "turnovers_entity_day_account_event_kind_store_id_pk" PRIMARY KEY("entity","day","account","event","kind","store_id"),
	CONSTRAINT "turnover_not_below_zero" CHECK ("turnovers"."debit" >= 0 and "turnovers"."credit" >= 0)
);
--> statement-breakpoint
CREATE INDEX "turnovers_of_store" ON "turnovers" USING btree ("store_id","day") WHERE "turnovers"."store_id" <> '';