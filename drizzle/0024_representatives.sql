CREATE TABLE "representative_links" (
	"bucket" smallint NOT NULL,
	"link_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"representative_id" uuid NOT NULL,
	"sees" boolean NOT NULL,
	"per_operation" bigint,
	"per_month" bigint,
	"since" timestamp (3) with time zone,
	"until" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"ended_by" uuid,
	"uses_then" integer,
	"month" text,
	"month_spent" bigint NOT NULL,
	"uses" integer NOT NULL,
	CONSTRAINT "representative_links_bucket_link_id_pk" PRIMARY KEY("bucket","link_id"),
	CONSTRAINT "representative_of_another" CHECK ("representative_links"."member_id" <> "representative_links"."representative_id"),
	CONSTRAINT "representative_limits" CHECK ("representative_links"."per_operation" > 0 and "representative_links"."per_month" > 0),
	CONSTRAINT "representative_ended" CHECK (num_nonnulls("representative_links"."ended_at", "representative_links"."ended_by", "representative_links"."uses_then") in (0, 3)),
	CONSTRAINT "representative_used" CHECK ("representative_links"."month_spent" >= 0 and ("representative_links"."month" is null) = ("representative_links"."uses" = 0))
);
--> statement-breakpoint
CREATE TABLE "representative_uses" (
	"bucket" smallint NOT NULL,
	"link_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"operation_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"profile_id" uuid,
	"month" text NOT NULL,
	"amount" bigint NOT NULL,
	"month_spent" bigint NOT NULL,
	"wallet_version" bigint NOT NULL,
	CONSTRAINT "representative_uses_bucket_link_id_ordinal_pk" PRIMARY KEY("bucket","link_id","ordinal"),
	CONSTRAINT "representative_use_kind" CHECK ("representative_uses"."kind" in ('spent', 'came_back', 'taken_again'))
);
--> statement-breakpoint
CREATE INDEX "representative_links_of_member" ON "representative_links" USING btree ("member_id");--> statement-breakpoint
CREATE INDEX "representative_links_of_representative" ON "representative_links" USING btree ("representative_id");--> statement-breakpoint
CREATE UNIQUE INDEX "representative_uses_by_operation" ON "representative_uses" USING btree ("operation_id");