CREATE TABLE "customer_links" (
	"bucket" smallint NOT NULL,
	"link_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"other_id" uuid,
	"identifier_key" uuid NOT NULL,
	"own_code_hash" uuid NOT NULL,
	"other_code_hash" uuid NOT NULL,
	"status" text NOT NULL,
	"wrong_tries" smallint NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ended_by" uuid,
	CONSTRAINT "customer_links_bucket_link_id_pk" PRIMARY KEY("bucket","link_id"),
	CONSTRAINT "customer_link_status" CHECK ("customer_links"."status" in ('open', 'replaced', 'linked', 'refused')),
	CONSTRAINT "customer_link_ended" CHECK (("customer_links"."status" = 'open') = ("customer_links"."ended_by" is null)),
	CONSTRAINT "customer_link_tries" CHECK ("customer_links"."wrong_tries" between 0 and 5),
	CONSTRAINT "customer_link_of_two" CHECK ("customer_links"."other_id" <> "customer_links"."member_id")
);
--> statement-breakpoint
CREATE INDEX "customer_links_of_member" ON "customer_links" USING btree ("bucket","member_id","link_id");--> statement-breakpoint
CREATE INDEX "customer_links_by_identifier" ON "customer_links" USING btree ("identifier_key","started_at");