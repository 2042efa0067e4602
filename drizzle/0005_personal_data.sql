-- Personal data is sealed from here on, and what it is found by is hashed with a key. The keys are not in the database, so what
-- stands here already cannot be taken over by SQL: neither profiles nor the hashes of what clients have asked for.
DO $$
BEGIN
  IF EXISTS (SELECT FROM profiles) OR EXISTS (SELECT FROM identifiers)
    OR EXISTS (SELECT FROM purchases WHERE awaits IS NOT NULL) OR EXISTS (SELECT FROM operations WHERE client_id IS NOT NULL) THEN
    RAISE EXCEPTION 'it holds profiles or requests from before personal data was encrypted, in plain or with hashes without a key. Nothing was changed. Start with an empty database, or keep the release that made this one'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
END
$$;
--> statement-breakpoint
ALTER TABLE "identifiers" DROP CONSTRAINT "identifiers_kind_value_pk";--> statement-breakpoint
ALTER TABLE "identifiers" DROP COLUMN "value";--> statement-breakpoint
ALTER TABLE "identifiers" ADD COLUMN "identifier_key" uuid PRIMARY KEY NOT NULL;--> statement-breakpoint
ALTER TABLE "profiles" DROP COLUMN "external_id";--> statement-breakpoint
ALTER TABLE "profiles" DROP COLUMN "person";--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "profile_key" uuid NOT NULL;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "external_id" bytea NOT NULL;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "person" bytea NOT NULL;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "identifier_values" bytea NOT NULL;
