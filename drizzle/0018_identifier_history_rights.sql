-- Append-only: new rows and reading, nothing else.
GRANT SELECT, INSERT ON identifier_history TO mclub_app;
--> statement-breakpoint
CREATE TRIGGER identifier_history_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON identifier_history
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
--> statement-breakpoint
-- One that has ended leads to nobody.
GRANT DELETE ON identifiers TO mclub_app;
--> statement-breakpoint
-- What leads to somebody has begun to with the registration that brought it first: nothing could end until now.
INSERT INTO identifier_history (identifier_key, ordinal, event, profile_id, verified, operation_id, since)
  SELECT identifier_key, 1, 'begun', profile_id, verified, profile_id, created_at FROM identifiers;
