-- Append-only: new rows and reading, nothing else.
GRANT SELECT, INSERT ON profile_consents TO mclub_app;
--> statement-breakpoint
-- What profiles have was said when they were registered. A profile's number is that of its registration.
INSERT INTO profile_consents (bucket, profile_id, ordinal, purpose, given, since, operation_id)
  SELECT p.bucket, p.profile_id, c.place, c.purpose, c.given::boolean, p.created_at, p.profile_id
  FROM profiles p CROSS JOIN LATERAL json_each_text(p.consents) WITH ORDINALITY AS c(purpose, given, place);
--> statement-breakpoint
CREATE TRIGGER profile_consents_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON profile_consents
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
