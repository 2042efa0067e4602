CREATE TABLE "daily_figures" (
	"entity" text NOT NULL,
	"day" date NOT NULL,
	"figure" text NOT NULL,
	"value" bigint NOT NULL,
	CONSTRAINT "daily_figures_entity_day_figure_pk" PRIMARY KEY("entity","day","figure")
);
--> statement-breakpoint
CREATE INDEX "profile_links_of_member" ON "profile_links" USING btree ("member_id");