CREATE TABLE "accesses" (
	"bucket" smallint NOT NULL,
	"access_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"name" text NOT NULL,
	"profile_id" uuid,
	"member_id" uuid,
	"brand" text,
	"client_id" uuid NOT NULL,
	"staff_id" text,
	"store_id" text,
	"terminal_id" text,
	"request_id" text NOT NULL,
	CONSTRAINT "accesses_bucket_access_id_pk" PRIMARY KEY("bucket","access_id"),
	CONSTRAINT "access_of_profile" CHECK (("accesses"."profile_id" is null) = ("accesses"."member_id" is null) and ("accesses"."profile_id" is null) = ("accesses"."brand" is null))
);
--> statement-breakpoint
CREATE INDEX "accesses_of_profile" ON "accesses" USING btree ("profile_id","at","access_id") WHERE "accesses"."profile_id" is not null;--> statement-breakpoint
CREATE INDEX "accesses_of_client" ON "accesses" USING btree ("client_id","at","access_id");--> statement-breakpoint
CREATE INDEX "accesses_of_staff" ON "accesses" USING btree ("staff_id","at","access_id") WHERE "accesses"."staff_id" is not null;