-- Append-only: new rows and reading, nothing else.
GRANT SELECT, INSERT ON member_blocks TO mclub_app;
--> statement-breakpoint
CREATE TRIGGER member_blocks_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON member_blocks
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
