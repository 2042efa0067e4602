-- What was granted never changes: only its end, and what counts as spent in a month.
GRANT SELECT, INSERT ON representative_links TO mclub_app;
--> statement-breakpoint
GRANT UPDATE (ended_at, ended_by, uses_then, month, month_spent, uses) ON representative_links TO mclub_app;
--> statement-breakpoint
-- Append-only: new rows and reading, nothing else.
GRANT SELECT, INSERT ON representative_uses TO mclub_app;
--> statement-breakpoint
CREATE TRIGGER representative_uses_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON representative_uses
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
