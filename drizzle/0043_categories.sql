CREATE TABLE "category_turnovers" (
	"entity" text NOT NULL,
	"day" date NOT NULL,
	"event" text NOT NULL,
	"store_id" text NOT NULL,
	"category" text NOT NULL,
	"amount" bigint NOT NULL,
	CONSTRAINT "category_turnovers_entity_day_event_store_id_category_pk" PRIMARY KEY("entity","day","event","store_id","category"),
	CONSTRAINT "category_turnover_not_below_zero" CHECK ("category_turnovers"."amount" >= 0)
);
--> statement-breakpoint
CREATE INDEX "returns_of_purchase" ON "returns" USING btree ("purchase_id");