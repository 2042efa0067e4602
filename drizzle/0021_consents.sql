CREATE TABLE "profile_consents" (
	"bucket" smallint NOT NULL,
	"profile_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"purpose" text NOT NULL,
	"given" boolean NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"operation_id" uuid NOT NULL,
	CONSTRAINT "profile_consents_bucket_profile_id_ordinal_pk" PRIMARY KEY("bucket","profile_id","ordinal"),
	CONSTRAINT "consent_ordinal" CHECK ("profile_consents"."ordinal" > 0)
);
--> statement-breakpoint
CREATE INDEX "profile_consents_by_time" ON "profile_consents" USING btree ("profile_id","since","ordinal");