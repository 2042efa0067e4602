GRANT SELECT, INSERT, UPDATE ON merges TO mclub_app;
--> statement-breakpoint
-- Append-only: new rows and reading, nothing else.
GRANT SELECT, INSERT ON profile_links, cannot_links TO mclub_app;
--> statement-breakpoint
CREATE TRIGGER profile_links_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON profile_links
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
--> statement-breakpoint
CREATE TRIGGER cannot_links_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cannot_links
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
