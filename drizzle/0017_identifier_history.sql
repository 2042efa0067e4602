CREATE TABLE "identifier_history" (
	"identifier_key" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"event" text NOT NULL,
	"profile_id" uuid NOT NULL,
	"verified" boolean NOT NULL,
	"operation_id" uuid NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "identifier_history_identifier_key_ordinal_pk" PRIMARY KEY("identifier_key","ordinal"),
	CONSTRAINT "identifier_event" CHECK ("identifier_history"."event" in ('begun', 'verified', 'ended'))
);
--> statement-breakpoint
CREATE INDEX "identifier_history_of_profile" ON "identifier_history" USING btree ("profile_id");